// Lists of any length: only the rows in sight exist. The window sticks to the top of its scroller and shows the rows that the position of the
// scroll bar stands for, so the height of the content can stay below what browsers can lay out.

const TALLEST = 6e6;

class Virtual {
  constructor(scroller, rowHeight, headHeight, draw) {
    Object.assign(this, { scroller, rowHeight, headHeight, draw, count: 0, first: 0 });
    this.tall = scroller.querySelector(".tall");
    let waiting = false;
    scroller.addEventListener("scroll", () => {
      if (!waiting) requestAnimationFrame(() => { waiting = false; this.show(); });
      waiting = true;
    });
    new ResizeObserver(() => this.set(this.count)).observe(scroller);
  }

  get fits() { return Math.max(1, Math.floor((this.scroller.clientHeight - this.headHeight) / this.rowHeight)); }

  get room() { return this.scroller.scrollHeight - this.scroller.clientHeight; }

  set(count, reset = false) {
    this.count = count;
    const rest = this.scroller.clientHeight - this.headHeight - this.fits * this.rowHeight;
    this.tall.style.height = `${this.headHeight + Math.min(count * this.rowHeight, TALLEST) + (count > this.fits ? rest : 0)}px`;
    if (reset) this.scroller.scrollTop = 0;
    this.show();
  }

  show() {
    const hidden = Math.max(0, this.count - this.fits);
    this.first = this.room > 0 ? Math.round(Math.min(1, this.scroller.scrollTop / this.room) * hidden) : 0;
    this.draw(this.first, Math.min(this.count, this.first + this.fits));
  }

  reveal(at) {
    if (at >= this.first && at < this.first + this.fits) { this.show(); return; }
    const hidden = Math.max(1, this.count - this.fits);
    const wanted = at < this.first ? at : at - this.fits + 1;
    this.scroller.scrollTop = (wanted / hidden) * this.room;
    this.show();
  }
}

// The table of indicators.

const factColumns = [["date", 11], ["subject", 15], ["indicator", 18], ["value", 12], ["change", 10], ["change_kind", 8], ["period", 12], ["article", 22]];
const factState = { rows: [], orders: new Map(), sort: null, down: false, list: null, updates: 0 };

const factString = (key, row) => all.facts.strings[all.facts.columns[key][row]] ?? "";

function factCell(key, row) {
  const article = all.facts.columns.article[row];
  if (key === "date") return all.core.articles.date[article] ?? "";
  return key === "article" ? all.core.articles.title[article] : factString(key, row);
}

// What the rows are sorted by: for each row a number, the place of its text in the alphabet.
function ranks(texts, of) {
  const compare = new Intl.Collator("zh").compare;
  const places = new Int32Array(texts.length);
  [...texts.keys()].sort((a, b) => compare(texts[a], texts[b])).forEach((at, place) => { places[at] = place; });
  return Float64Array.from(of, (at) => (at < 0 ? -1 : places[at]));
}

function factKeys(key) {
  const { columns, strings } = all.facts;
  const { title, date } = all.core.articles;
  if (key === "article") return ranks(title, columns.article);
  if (key === "date") return Float64Array.from(columns.article, (at) => (date[at] ? Date.parse(date[at]) : -Infinity));
  if (key === "value") return Float64Array.from(columns.number, (number, row) => (columns.value[row] < 0 ? -Infinity : number ?? -Infinity));
  if (key !== "change") return ranks(strings, columns[key]);
  const sizes = strings.map((text) => parseFloat(text.replace(/[^\d.+-]/g, "")) || 0);
  return Float64Array.from(columns.change, (at) => (at < 0 ? -Infinity : sizes[at]));
}

// All rows in the order of a column, made once: a filter then only has to pick from them.
function factOrder(key) {
  if (!factState.orders.has(key)) {
    const keys = factKeys(key);
    const { unit } = all.facts.columns;
    const rows = Uint32Array.from(keys, (_, row) => row);
    // amounts of one unit stand together
    factState.orders.set(key, rows.sort(key === "value" ? (a, b) => unit[a] - unit[b] || keys[a] - keys[b] || a - b : (a, b) => keys[a] - keys[b] || a - b));
  }
  return factState.orders.get(key);
}

function updateFacts() {
  const { columns } = all.facts;
  const text = byId("fact-text").value.trim().toLowerCase();
  const unit = byId("fact-unit").value;
  const changes = byId("fact-changes").checked;
  const found = text ? Uint8Array.from(all.lowStrings, (string) => (string.includes(text) ? 1 : 0)) : null;
  const rows = [];
  const order = factState.sort && factOrder(factState.sort);
  const last = columns.article.length - 1;
  for (let at = 0; at <= last; at++) {
    const row = order ? order[factState.down ? last - at : at] : at;
    if (!chosen.passes[columns.article[row]]) continue;
    if (unit !== "" && columns.unit[row] !== +unit) continue;
    if (changes && columns.change[row] < 0) continue;
    if (found && !found[columns.subject[row]] && !found[columns.indicator[row]]) continue;
    rows.push(row);
  }
  factState.rows = rows;
  byId("facts-count").textContent = fill(all.words.rows, { n: rows.length });
  factState.list.set(rows.length, true);
  factState.updates++;
}

function drawFacts(first, last) {
  const table = byId("fact-rows").querySelector("table");
  table.setAttribute("aria-rowcount", factState.rows.length + 1);
  const body = table.tBodies[0];
  if (body.contains(document.activeElement)) byId("fact-rows").focus(); // its row goes, and the keys shall go on to scroll
  body.replaceChildren(...factState.rows.slice(first, last).map((row, at) => {
    const open = () => openArticle(all.facts.columns.article[row], row);
    return make("tr", { "aria-rowindex": first + at + 2, onclick: open }, ...factColumns.map(([key]) => {
      const text = factCell(key, row);
      const number = key === "value" || key === "change";
      return make("td", { title: text, class: number ? "number" : "" }, key === "article" ? make("button", { type: "button" }, text) : text);
    }));
  }));
}

function startFacts() {
  const head = byId("fact-rows").querySelector("thead tr");
  const widths = factColumns.reduce((sum, [, width]) => sum + width, 0);
  head.append(...factColumns.map(([key, width]) => {
    const cell = make("th", { scope: "col", style: `width:${(100 * width) / widths}%`, class: key === "value" || key === "change" ? "number" : "" });
    cell.append(make("button", { type: "button", onclick: () => {
      factState.down = factState.sort === key ? !factState.down : key === "value" || key === "change" || key === "date";
      factState.sort = key;
      for (const other of head.children) other.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", factState.down ? "descending" : "ascending");
      updateFacts();
    } }, all.words[key]));
    return cell;
  }));
  const counts = new Map();
  for (const unit of all.facts.columns.unit) if (unit >= 0) counts.set(unit, (counts.get(unit) ?? 0) + 1);
  const units = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 200);
  byId("fact-unit").append(make("option", { value: "" }, all.words.all),
    ...units.map(([unit, count]) => make("option", { value: unit }, `${all.facts.strings[unit]} (${count.toLocaleString()})`)));
  factState.list = new Virtual(byId("fact-rows"), 34, 34, drawFacts);
  for (const id of ["fact-text", "fact-unit", "fact-changes"]) byId(id).addEventListener("input", later(updateFacts));
}

// The list of articles.

let articleList;

function articleMeta(i) {
  const { date, place, chains } = all.core.articles;
  return [date[i], all.core.places[place[i]], chains[i].map((chain) => all.core.chains[chain][1]).join("、")].filter(Boolean).join(" · ");
}

function drawArticles(first, last) {
  const box = byId("article-rows");
  const rows = chosen.articles.slice(first, last).map((i, at) => make("div", {
    class: "row", role: "option", id: `row-${first + at}`, "aria-selected": String(i === chosen.article), "aria-posinset": first + at + 1,
    "aria-setsize": chosen.articles.length, onclick: () => openArticle(i),
  }, make("span", { title: all.core.articles.title[i] }, all.core.articles.title[i]), make("small", {}, articleMeta(i))));
  box.querySelector(".window").replaceChildren(...rows);
  const at = chosen.articles.indexOf(chosen.article);
  if (at >= first && at < last) box.setAttribute("aria-activedescendant", `row-${at}`);
  else box.removeAttribute("aria-activedescendant");
}

function startArticles() {
  const box = byId("article-rows");
  articleList = new Virtual(box, 60, 0, drawArticles);
  box.addEventListener("keydown", (event) => {
    const at = chosen.articles.indexOf(chosen.article);
    const last = chosen.articles.length - 1;
    const page = articleList.fits;
    const wanted = { ArrowDown: at + 1, ArrowUp: Math.max(0, at - 1), Home: 0, End: last, PageDown: Math.min(last, at + page), PageUp: Math.max(0, at - page) }[event.key];
    if (wanted === undefined || last < 0) { if (event.key === "Enter") byId("reader").focus(); return; }
    event.preventDefault();
    chosen.article = chosen.articles[Math.min(last, wanted)];
    articleList.reveal(Math.min(last, wanted));
    openSoon();
  });
}

const openSoon = later(() => openArticle(chosen.article));

// Groups of near-duplicates.

let groupsShown = 30;

function drawGroups() {
  const { title, date } = all.core.articles;
  const groups = all.core.groups.filter(([members]) => members.some((i) => chosen.passes[i]));
  byId("groups-count").textContent = fill(all.words.rows, { n: groups.length });
  byId("group-rows").replaceChildren(...groups.slice(0, groupsShown).map(([members, shares]) => make("li", {},
    `${members.length} ${all.words.copies}`,
    make("ul", {}, ...members.slice(0, 50).map((i, at) => make("li", {},
      make("button", { type: "button", class: "link", onclick: () => openArticle(i) }, title[i]),
      make("small", {}, ` ${date[i] ?? ""} ${Math.round(100 * shares[at])}%`)))))));
  byId("more-groups").hidden = groups.length <= groupsShown;
}
