// Two texts line by line: the longest common subsequence, so that equal lines stand beside each other.

const MOST_CELLS = 4e6;

// Returns rows [left, right] of line numbers from 0; -1 where a side has no such line.
function alignedLines(left, right) {
  const a = left.map((line) => line.trimEnd()), b = right.map((line) => line.trimEnd());
  let start = 0, endA = a.length, endB = b.length;
  while (start < endA && start < endB && a[start] === b[start]) start += 1;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) { endA -= 1; endB -= 1; }
  const rows = [];
  for (let i = 0; i < start; i += 1) rows.push([i, i]);
  rows.push(...middle(a, b, start, endA, endB));
  for (let i = 0; endA + i < a.length; i += 1) rows.push([endA + i, endB + i]);
  return rows;
}

function middle(a, b, start, endA, endB) {
  const n = endA - start, m = endB - start, width = m + 1;
  const pairs = [];
  if (n * m <= MOST_CELLS) {
    const longest = new Uint16Array((n + 1) * width);
    for (let i = n - 1; i >= 0; i -= 1) {
      for (let j = m - 1; j >= 0; j -= 1) {
        longest[i * width + j] = a[start + i] === b[start + j]
          ? longest[(i + 1) * width + j + 1] + 1
          : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
      }
    }
    for (let i = 0, j = 0; i < n && j < m;) {
      if (a[start + i] === b[start + j]) { pairs.push([start + i, start + j]); i += 1; j += 1; }
      else if (longest[(i + 1) * width + j] >= longest[i * width + j + 1]) i += 1;
      else j += 1;
    }
  }
  const rows = [];
  let i = start, j = start;
  for (const [nextA, nextB] of [...pairs, [endA, endB]]) {
    // Lines that stand between two common ones face each other, the shorter side filled up.
    while (i < nextA || j < nextB) rows.push([i < nextA ? i++ : -1, j < nextB ? j++ : -1]);
    if (nextA < endA || nextB < endB) { rows.push([nextA, nextB]); i = nextA + 1; j = nextB + 1; }
  }
  return rows;
}
