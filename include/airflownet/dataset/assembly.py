"""From the inputs to the files of a dataset: families, rows, proof, and what people and machines read."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from airflownet.artifacts import StageWork
from airflownet.dataset.attribution import attribution
from airflownet.dataset.card import dataset_card, licence_of
from airflownet.dataset.changes import Changes, changes_since, write_changes
from airflownet.dataset.checksums import write_checksums
from airflownet.dataset.code_facts import CodeFacts, code_facts
from airflownet.dataset.contamination import contamination_report
from airflownet.dataset.create_rows import CreateRows, create_rows
from airflownet.dataset.croissant import write_croissant
from airflownet.dataset.dataset_files import dataset_id, save_dataset_dict, save_parquet
from airflownet.dataset.family_step import families
from airflownet.dataset.gates import require_clean, require_no_harness, require_samples_in_each_split
from airflownet.dataset.kinds.context import Context
from airflownet.dataset.leakage import leakage_report
from airflownet.dataset.limits import Limits, why_not_loading
from airflownet.dataset.material import Material, read_material
from airflownet.dataset.other_rows import other_rows
from airflownet.dataset.plan_rows import with_plans
from airflownet.dataset.random_split import random_split_report
from airflownet.dataset.row import Row, chat, sample_of
from airflownet.dataset.row_statistics import row_statistics
from airflownet.dataset.sample_browser import write_browser
from airflownet.dataset.semantic_similarity import semantic_report
from airflownet.dataset.settings import DatasetSettings
from airflownet.dataset.split import SPLITS
from airflownet.dataset.token_budget import token_budget
from airflownet.families.family_records import Bridge, FamilyAlias, FamilyLink, FamilyMember
from airflownet.families.family_table import FamilyTable
from airflownet.parallel import Workers
from airflownet.progress import Bar, progress
from airflownet.records import Sample
from airflownet.tables import write_table


def assemble(work: StageWork, settings: DatasetSettings) -> None:
    """Fills the working folder of a dataset run.

    Raises:
        GateNotMet: a split would be empty, the splits leak, or an answer holds what only tests need.
    """
    with progress("Assembling the dataset", 5, "steps") as bar:
        material = read_material(work.inputs, settings)
        with Workers() as workers:
            table, held_out = families(material, settings, workers)
            bar.advance(note="families")
            facts = _facts_of_loading(material, settings, workers)
            samples, created = _samples(work, material, table, held_out, facts, settings, workers)
        require_samples_in_each_split(samples, settings)
        require_no_harness(samples)
        bar.advance(note="samples")
        leakage = _proof(samples, settings, bar)
        changes = changes_since(table, material.previous, work.inputs.get("previous"), dataset_id(samples))
        statistics = row_statistics(
            samples, table.members, list(material.verdicts.values()), created.possible, work.funnel
        )
        bar.advance(note="leakage proof")
        _write_tables(work, samples, table)
        _write_json(work, "leakage", leakage)
        _write_json(work, "statistics", {**statistics, "rows_dropped": created.rows_dropped})
        _write_contamination(work, samples, settings)
        bar.advance(note="tables")
        _write_texts(work, material, samples, table, leakage, settings, changes)
        bar.advance(note="written")
    work.counts.update({name: sum(s.split == name for s in samples) for name in SPLITS})
    work.counts["samples"] = len(samples)
    used = {sample.dag_file_id for sample in samples if sample.kind in ("create", "plan")}
    contained = Counter(file.self_contained for file in material.files if file.id in used)
    work.counts["self_contained"] = contained[True]
    work.counts["with_project_files"] = contained[False]
    work.counts["families"] = len({m.family_id for m in table.members if m.present})
    work.counts.update({f"rows_{name}": n for name, n in created.rows_dropped.items()})
    work.facts["version"] = changes.version
    work.facts["dataset_id"] = changes.dataset_id
    work.facts["max_cross_split_jaccard"] = leakage["max_jaccard"]


def _samples(
    work: StageWork,
    material: Material,
    table: FamilyTable,
    held_out: Mapping[str, str],
    facts: Mapping[str, CodeFacts],
    settings: DatasetSettings,
    workers: Workers,
) -> tuple[list[Sample], CreateRows]:
    members = {member.dag_file_id: member for member in table.members}
    budget = token_budget(work.inputs["tokenizer"]) if settings.tokenizer else None
    limits = Limits(material, settings, members, held_out, budget)
    created = create_rows(material, members, facts, limits, settings, work.funnel)
    alone = [file for file in created.usable if file.self_contained]  # the others make create rows only
    context = Context(material, settings, members, alone, facts)

    def sample(row: Row) -> Sample:
        known = facts.get(row.origin.id) or _facts_of(row, settings)
        return sample_of(
            row,
            known,
            settings,
            valid_on=() if row.kind == "replay" else limits.valid_on(row.origin.id),
            held_out=held_out.get(row.member.family_id, ""),
            n_tokens=limits.n_tokens(chat(row, settings)),
        )

    possible = {s.id: s for s in map(sample, created.possible)} if material.answers else {}
    others = other_rows(context, limits, created.rows, possible, work.funnel)
    planned = with_plans(created.rows, limits, settings, workers)
    created.rows_dropped.update(planned.dropped)
    return sorted(map(sample, [*planned.rows, *others]), key=lambda s: s.id), created


def _facts_of_loading(
    material: Material, settings: DatasetSettings, workers: Workers
) -> dict[str, CodeFacts]:
    loading = [file for file in material.files if why_not_loading(material.verdicts[file.id]) is None]
    found = workers.map(code_facts, ((file.content, settings.airflow) for file in loading))
    return {file.id: one for file, one in zip(loading, found, strict=True)}


def _facts_of(row: Row, settings: DatasetSettings) -> CodeFacts:
    return CodeFacts() if row.kind == "replay" else code_facts((row.code, settings.airflow))


def _proof(samples: Sequence[Sample], settings: DatasetSettings, bar: Bar) -> dict[str, Any]:
    report = leakage_report(
        samples,
        settings.leakage_threshold,
        settings.shingle_tokens,
        settings.instruction_shingle_words,
        bar,
    )
    require_clean(report)
    semantic = semantic_report(samples)
    earlier = random_split_report(samples, settings.leakage_threshold, settings.shingle_tokens)
    return {**report, "semantic": semantic, "random_split": earlier}


def _write_tables(work: StageWork, samples: Sequence[Sample], table: FamilyTable) -> None:
    write_table(work.directory / "families.parquet", FamilyMember, table.members)
    write_table(work.directory / "family_aliases.parquet", FamilyAlias, table.aliases)
    write_table(work.directory / "near_duplicates.parquet", FamilyLink, table.links)
    write_table(work.directory / "bridges.parquet", Bridge, table.bridges)
    write_table(work.directory / "samples.parquet", Sample, samples)
    save_parquet(samples, work.directory)
    save_dataset_dict(samples, work.directory / "dataset_dict")


def _write_contamination(work: StageWork, samples: Sequence[Sample], settings: DatasetSettings) -> None:
    benchmarks = {name: path for name, path in work.inputs.items() if name.startswith("benchmark_")}
    report = contamination_report(samples, benchmarks, settings.leakage_threshold, settings.shingle_tokens)
    _write_json(work, "contamination", report)


def _write_texts(
    work: StageWork,
    material: Material,
    samples: Sequence[Sample],
    table: FamilyTable,
    leakage: Mapping[str, Any],
    settings: DatasetSettings,
    changes: Changes,
) -> None:
    folder = work.directory
    card = dataset_card(folder, samples, table.members, work.funnel, leakage, settings, changes)
    (folder / "README.md").write_text(card, encoding="utf-8")
    (folder / "NOTICE.md").write_text(attribution(samples, material.files), encoding="utf-8")
    sources: dict[str, set[str]] = defaultdict(set)
    for sample in samples:
        sources[sample.repo].add(sample.ref)
    licence = licence_of(Counter(sample.licence for sample in samples))
    told = {repo: sorted(refs) for repo, refs in sources.items()}
    write_croissant(folder, samples, settings, changes.version, told, licence)
    write_changes(folder, changes, work.inputs.get("previous"))
    write_browser(folder, samples, settings)
    write_checksums(folder)


def _write_json(work: StageWork, name: str, value: Any) -> None:
    text = json.dumps(value, indent=1, ensure_ascii=False) + "\n"
    (work.directory / f"{name}.json").write_text(text, encoding="utf-8")
