import tarfile

import pytest

from airflownet.errors import IntegrityError
from airflownet.toolchain import llama_cpp_source
from airflownet.toolchain.llama_cpp_source import TREE, ensure_scripts, unpack

FILES = {
    "convert_hf_to_gguf.py": "print('hf')",
    "convert_lora_to_gguf.py": "print('lora')",
    "conversion/__init__.py": "",
    "gguf-py/gguf/__init__.py": "",
    "LICENSE": "MIT",
    "src/llama.cpp": "int main() { return 0; }",
}


def link(name, target):
    member = tarfile.TarInfo(TREE + name)
    member.type, member.linkname = tarfile.SYMTYPE, target
    return member


def test_only_the_vendored_tree_is_unpacked(tmp_path, source_archive_of):
    archive = tmp_path / "a.tar.gz"
    archive.write_bytes(source_archive_of(FILES))
    unpack(archive, tmp_path / "tree")
    found = {
        str(path.relative_to(tmp_path / "tree")) for path in (tmp_path / "tree").rglob("*") if path.is_file()
    }
    assert found == set(FILES)


@pytest.mark.parametrize(
    "member",
    [
        pytest.param(tarfile.TarInfo(TREE + "../../../outside"), id="path outside"),
        pytest.param(link("evil", "/etc/passwd"), id="absolute link"),
        pytest.param(link("evil", "../../outside"), id="link outside"),
    ],
)
def test_members_that_leave_the_folder_are_refused(tmp_path, source_archive_of, member):
    archive = tmp_path / "a.tar.gz"
    archive.write_bytes(source_archive_of(FILES, [member]))
    with pytest.raises(IntegrityError):
        unpack(archive, tmp_path / "deep" / "er" / "tree")
    assert not (tmp_path / "deep" / "er" / "tree").exists()
    assert not (tmp_path / "outside").exists()


def test_truncated_archive_leaves_nothing_that_looks_finished(tmp_path, source_archive_of):
    archive = tmp_path / "a.tar.gz"
    archive.write_bytes(source_archive_of(FILES)[:-40])
    with pytest.raises(IntegrityError):
        unpack(archive, tmp_path / "tree")
    assert not (tmp_path / "tree").exists()


def test_rest_of_an_interrupted_unpacking_is_replaced(tmp_path, source_archive_of):
    archive = tmp_path / "a.tar.gz"
    archive.write_bytes(source_archive_of(FILES))
    (tmp_path / "tree.partial").mkdir()
    (tmp_path / "tree.partial" / "rubbish").touch()
    unpack(archive, tmp_path / "tree")
    assert not (tmp_path / "tree" / "rubbish").exists()


def test_scripts_come_from_the_archive_once(package_index, offer_source):
    offer_source(FILES)
    folder = ensure_scripts()
    assert {path.name for path in folder.iterdir()} == set(llama_cpp_source.SCRIPT_PARTS)
    asked = len(package_index.requests)
    assert ensure_scripts() == folder
    assert len(package_index.requests) == asked
