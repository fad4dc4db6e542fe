// Python's strings, comments, numbers, keywords and decorators, told apart well enough to read by.

const TOKEN = new RegExp(
  [
    /(?<string>[rRbBuUfFtT]{0,2}(?:"""[^]*?(?:"""|(?![^]))|'''[^]*?(?:'''|(?![^]))|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))/,
    /(?<comment>#[^\n]*)/,
    /(?<decorator>^[ \t]*@[\w.]+)/,
    /(?<keyword>\b(?:and|as|assert|async|await|break|class|continue|def|del|elif|else|except|False|finally|for|from|global|if|import|in|is|lambda|match|None|nonlocal|not|or|pass|raise|return|True|try|while|with|yield)\b)/,
    /(?<number>\b\d[\w.]*)/,
  ].map((part) => part.source).join("|"),
  "gm",
);

// Returns the lines of the code, each a list of [class, text].
function highlighted(code) {
  const text = linesOf(code).join("\n");
  const lines = [[]];
  const put = (name, piece) => {
    piece.split("\n").forEach((part, index) => {
      if (index) lines.push([]);
      if (part) lines[lines.length - 1].push([name, visible(part)]);
    });
  };
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    put("", text.slice(end, match.index));
    const [name] = Object.entries(match.groups).find(([, found]) => found !== undefined);
    put(name, match[0]);
    end = match.index + match[0].length;
  }
  put("", text.slice(end));
  return lines;
}

function pieces(tokens) {
  return tokens.map(([name, text]) => (name ? element("span", { class: "py-" + name }, text) : text));
}
