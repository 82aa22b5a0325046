// The charts: their rows from the chosen articles, drawn by Vega, with the same numbers as a table beside them.

const TOP = 20;
const views = {};
const turns = {};

const periodOf = { day: (d) => d, month: (d) => d.slice(0, 7), quarter: (d) => `${d.slice(0, 4)}Q${Math.ceil(+d.slice(5, 7) / 3)}`, year: (d) => d.slice(0, 4) };

// Every period from the first to the last with its first and last day, so that a gap looks like one; the last 60 in any case.
function periods(dates) {
  const days = dates.map((date) => Date.parse(date)).sort((a, b) => a - b);
  const length = (days.at(-1) - days[0]) / 864e5;
  const unit = periodOf[length < 45 ? "day" : length < 1800 ? "month" : length < 5400 ? "quarter" : "year"];
  const found = new Map();
  for (let at = days.at(-1); at >= days[0]; at -= 864e5) {
    const day = new Date(at).toISOString().slice(0, 10);
    const period = unit(day);
    if (found.has(period)) found.get(period).from = day;
    else if (found.size === 60) break;
    else found.set(period, { from: day, to: day });
  }
  return [[...found].reverse(), unit];
}

function chainTable(key, groups) {
  const counts = new Map(groups.map((group) => [group, new Map()]));
  for (const i of chosen.articles) {
    const row = counts.get(key(i));
    if (row) for (const chain of all.core.articles.chains[i]) row.set(chain, (row.get(chain) ?? 0) + 1);
  }
  return counts;
}

function timeRows() {
  const { date } = all.core.articles;
  const dated = chosen.articles.filter((i) => date[i]);
  const [found, unit] = periods(dated.map((i) => date[i]));
  const counts = chainTable((i) => date[i] && unit(date[i]), found.map(([period]) => period));
  const rows = [];
  for (const [period, range] of found) {
    all.core.chains.forEach(([, chain], order) => {
      const count = counts.get(period).get(order) ?? 0;
      rows.push({ period, chain, order, count, label: `${period} ${chain} ${count}`, filter: { chain: order, ...range } });
    });
  }
  const early = found.length ? dated.filter((i) => date[i] < found[0][1].from).length : 0;
  const notes = [[chosen.articles.length - dated.length, all.words.undated], [early, all.words.early]];
  return [rows, notes.filter(([missing]) => missing).map(([missing, why]) => `${missing.toLocaleString()} ${why}`).join("，")];
}

function placeRows() {
  const { place } = all.core.articles;
  const totals = new Map();
  for (const i of chosen.articles) if (place[i] >= 0 && all.core.articles.chains[i].length) totals.set(place[i], (totals.get(place[i]) ?? 0) + 1);
  const found = [...totals].sort((a, b) => b[1] - a[1]).slice(0, 15).map(([number]) => number);
  const counts = chainTable((i) => place[i], found);
  return [found.flatMap((number) => [...counts.get(number)].sort((a, b) => a[0] - b[0]).map(([order, count]) => {
    const [name, chain] = [all.core.places[number], all.core.chains[order][1]];
    return { place: name, chain, order, count, label: `${name} ${chain} ${count}`, filter: { chain: order, place: number } };
  })), ""];
}

const nameRows = (label) => [countNames((own) => own === label).slice(0, TOP).map(([number, count]) => {
  const name = all.core.names.name[number];
  return { name, count, label: `${name} ${count}`, filter: { names: [number] } };
}), ""];

function pairRows() {
  return [countPairs().slice(0, 15).map(([one, other, count]) => {
    const pair = [all.core.names.name[one], all.core.names.name[other]];
    return { name: pair.join("\n"), count, label: `${pair.join(" ＋ ")} ${count}`, filter: { names: [one, other] } };
  }), ""];
}

const ROWS = { time: timeRows, places: placeRows, companies: () => nameRows(0), parks: () => nameRows(1), pairs: pairRows };

function colours() {
  const probe = document.body.appendChild(make("i"));
  const of = (name) => { probe.style.color = `var(--${name})`; return getComputedStyle(probe).color; };
  const found = { fg: of("fg"), soft: of("soft"), line: of("line"), bar: of("bar") };
  probe.remove();
  return found;
}

function theme({ fg, soft, line }) {
  const font = getComputedStyle(document.body).fontFamily;
  const labels = { labelColor: fg, labelFontSize: 12, labelFont: font };
  return {
    font, view: { stroke: null },
    axis: { ...labels, gridColor: line, domainColor: line, gridOpacity: 0.6 },
    legend: { ...labels, symbolStrokeColor: soft, symbolStrokeWidth: 0 },
  };
}

// The specification with its rows and colours.
function specOf(name, rows, description, found) {
  const { data, signals, ...rest } = all.core.charts[name];
  const colour = { ink: found.fg, bar: found.bar, scheme: all.core.chains.length > 10 ? "tableau20" : "tableau10" };
  return {
    ...rest, description,
    data: data.map((table) => (table.name === "rows" ? { ...table, values: rows } : table)),
    signals: signals.map((signal) => (signal.name in colour ? { ...signal, value: colour[signal.name] } : signal)),
  };
}

// Sets the filter that a bar or cell stands for.
function applyFilter({ chain, place, from, to, names = [] }) {
  if (chain !== undefined) byId("chain").value = chain;
  if (place !== undefined) byId("place").value = place;
  if (from !== undefined) [byId("from").value, byId("to").value] = [from, to];
  for (const name of names) chosen.names.add(name);
  update();
}

function numbersTable(name, rows, title) {
  const columns = { time: ["period", "chain"], places: ["place", "chain"] }[name] ?? ["name"];
  const heads = [...columns, "count"].map((key) => make("th", { scope: "col", class: key === "count" ? "number" : "" }, all.words[key === "period" ? "period_column" : key]));
  const body = rows.filter((row) => row.count).map((row) => make("tr", {},
    ...columns.map((key, at) => make("td", {}, at === columns.length - 1 ? make("button", { type: "button", onclick: () => applyFilter(row.filter) }, row[key].replace("\n", " ＋ ")) : row[key])),
    make("td", { class: "number" }, row.count.toLocaleString())));
  return make("table", { "aria-label": title }, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...body));
}

async function drawChart(name) {
  const figure = byId(`chart-${name}`);
  const [rows, note] = ROWS[name]();
  figure.querySelector("small").textContent = note;
  views[name]?.finalize();
  delete views[name];
  const plot = figure.querySelector(".plot") ?? figure.appendChild(make("div", { class: "plot", lang: "zh-CN" }));
  const turn = (turns[name] = (turns[name] ?? 0) + 1); // a later call wins
  plot.replaceChildren();
  const caption = figure.querySelector("figcaption").firstChild.textContent.trim();
  let details = figure.querySelector("details");
  if (!details) {
    details = figure.appendChild(make("details", {}, make("summary", {}, `${all.words.data_table}: ${caption}`), make("div", { tabindex: "0" })));
  }
  const table = details.querySelector("div");
  const list = () => { if (details.open) table.replaceChildren(numbersTable(name, rows, caption)); };
  details.ontoggle = list;
  list();
  if (!rows.length) { plot.append(make("p", { class: "hint" }, all.words.empty)); return; }
  const found = colours();
  const tooltip = (_, event, item, value) => { plot.title = value?.label ?? ""; };
  const options = { mode: "vega", renderer: "svg", ast: true, actions: false, tooltip, config: theme(found), defaultStyle: false };
  const drawn = await vegaEmbed(plot, specOf(name, rows, caption, found), options);
  if (turn !== turns[name]) { drawn.finalize(); return; }
  views[name] = drawn;
  drawn.view.addEventListener("click", (_, item) => { if (item?.datum?.filter) applyFilter(item.datum.filter); });
}

const drawCharts = () => Promise.all(Object.keys(ROWS).map(drawChart));
