// One article: text with its spans, chains with their evidence, statements.

const texts = new Map(); // chunk -> its articles; the last few

async function textOf(i) {
  const chunk = Math.floor(i / all.core.chunk);
  if (!texts.has(chunk)) {
    if (texts.size > 8) texts.delete(texts.keys().next().value);
    texts.set(chunk, unpack(`data-texts-${chunk}`));
  }
  return (await texts.get(chunk))[i % all.core.chunk];
}

// The text cut at every border; pieces of one span together. Offsets are code points, hence the array.
function textNodes(text, body, spans, proofs, stated, onSpan) {
  const characters = Array.from(text);
  const borders = new Set([0, characters.length, ...body]);
  for (const [start, end] of [...spans, ...proofs, ...stated]) { borders.add(start); borders.add(end); }
  const ordered = [...borders].sort((a, b) => a - b);
  const out = document.createDocumentFragment();
  let [at, mark] = [0, null];
  const [openProofs, openStated] = [sweep(proofs), sweep(stated)];
  for (let k = 0; k + 1 < ordered.length; k++) {
    const [start, end] = [ordered[k], ordered[k + 1]];
    while (at < spans.length && spans[at][1] <= start) { at++; mark = null; }
    const span = at < spans.length && spans[at][0] <= start ? spans[at] : null;
    const piece = make("span", { class: start >= body[0] && start < body[1] ? "" : "noise" }, characters.slice(start, end).join(""));
    const chains = openProofs(start).map(([, , chain]) => chain);
    if (chains.length) piece.dataset.proof = chains.join(" ");
    if (openStated(start).length) piece.classList.add("stated");
    if (!span) { out.append(piece); continue; }
    if (!mark) {
      const own = span;
      mark = make("mark", { "data-letter": LETTERS[span[2]], style: `--label:var(--${LABELS[span[2]]})`, tabindex: spans[0] === span ? "0" : "-1", role: "button",
        title: `${all.words[LABELS[span[2]]]} ${span[3]}` });
      const node = mark;
      mark.addEventListener("click", () => onSpan(own, node));
      mark.addEventListener("keydown", (event) => onMarkKey(event, () => onSpan(own, node)));
      out.append(mark);
    }
    mark.append(piece);
  }
  return out;
}

// The marks of a text are one stop of the tabulator; the arrow keys move between them.
function onMarkKey(event, choose) {
  const marks = [...event.currentTarget.closest(".text").querySelectorAll("mark")];
  const at = marks.indexOf(event.currentTarget);
  const wanted = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: marks.length - 1 }[event.key];
  if (event.key === "Enter" || event.key === " ") choose();
  else if (wanted === undefined) return;
  event.preventDefault();
  const next = marks[wanted];
  if (!next) return;
  marks[at].tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

// The intervals that are open at a growing position.
function sweep(intervals) {
  const ordered = [...intervals].sort((a, b) => a[0] - b[0]);
  let [next, open] = [0, []];
  return (position) => {
    while (next < ordered.length && ordered[next][0] <= position) open.push(ordered[next++]);
    open = open.filter(([, end]) => end > position);
    return open;
  };
}

function factsTable(first, last, choose) {
  const keys = ["subject", "indicator", "value", "change", "change_kind", "period"];
  const rows = [];
  for (let row = first; row < last; row++) {
    rows.push(make("tr", {}, ...keys.map((key) => make("td", {}, key === "indicator"
      ? make("button", { type: "button", onclick: () => choose(row) }, factString(key, row)) : factString(key, row)))));
  }
  return make("table", {}, make("caption", { class: "hint" }, all.words.facts),
    make("thead", {}, make("tr", {}, ...keys.map((key) => make("th", { scope: "col" }, all.words[key])))), make("tbody", {}, ...rows));
}

async function openArticle(i, fact = -1) {
  if (i < 0) return;
  chosen.article = i;
  const at = chosen.articles.indexOf(i);
  if (at >= 0) articleList.reveal(at); else articleList.show();
  const [text, body, spans, evidence, located, [first, last], places, error] = await textOf(i);
  if (chosen.article !== i) return;
  const reader = byId("reader");
  const detail = make("p", { class: "detail", role: "status" });
  const show = (span, node) => {
    reader.querySelectorAll("mark.chosen").forEach((mark) => mark.classList.remove("chosen"));
    node.classList.add("chosen");
    const [, , label, value, kb, source, score] = span;
    detail.textContent = [all.words[LABELS[label]], node.textContent, value, kb, `${all.words.rule}: ${source}`, score].filter((part) => part !== "").join(" · ");
  };
  const proofs = evidence.flatMap(([chain, , pieces]) => pieces.map(([start, end]) => [start, end, chain]));
  const draw = (row) => {
    const stated = row >= first && row < last ? places[row - first] : [];
    box.replaceChildren(textNodes(text, body, spans, proofs, stated, show));
    if (stated.length) box.querySelector(".stated")?.scrollIntoView({ block: "center" });
  };
  const box = make("div", { class: "text", lang: "zh-CN" });
  const chains = evidence.map(([chain, score, pieces]) => make("button", { type: "button", "aria-pressed": "false", onclick: (event) => {
    const button = event.currentTarget;
    const on = button.getAttribute("aria-pressed") === "false";
    chains.forEach((other) => other.setAttribute("aria-pressed", String(on && other === button)));
    const pieceNodes = [...box.querySelectorAll("[data-proof]")];
    pieceNodes.forEach((node) => node.classList.toggle("proof", on && node.dataset.proof.split(" ").includes(String(chain))));
    const characters = Array.from(text);
    const words = new Map(pieces.map(([start, end, weight]) => [characters.slice(start, end).join(""), weight]));
    detail.textContent = on ? `${all.core.chains[chain][1]}: ${[...words].map(([word, weight]) => `${word} ${weight}`).join("、")}` : "";
    if (on) box.querySelector(".proof")?.scrollIntoView({ block: "center" });
  } }, `${all.core.chains[chain][1]} ${Math.round(100 * score)}%${chain === all.core.articles.primary[i] ? " ★" : ""}`));
  reader.replaceChildren(
    make("h3", { lang: "zh-CN" }, all.core.articles.title[i]),
    make("small", {}, [all.core.articles.date[i], all.core.places[all.core.articles.place[i]], all.core.articles.id[i]].filter(Boolean).join(" · ")),
    make("div", { class: "chains" }, ...chains),
    make("p", { class: "hint" }, error || all.words.evidence_hint), detail, box);
  if (last > first) reader.append(make("div", { class: "tables", tabindex: "0" }, factsTable(first, last, draw)));
  if (located.length) reader.append(make("p", { class: "hint" }, `${all.words.located}: ${located.map(([company, park]) => `${company} → ${park}`).join("；")}`));
  reader.scrollTop = 0;
  draw(fact);
  if (byId("article-rows").contains(document.activeElement)) return; // the arrow keys are choosing
  reader.scrollIntoView({ block: "nearest" });
  reader.focus({ preventScroll: true });
}
