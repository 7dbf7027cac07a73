"use strict";
// Search, filter, sort, open, and draw. Everything is kept in the address's fragment, so that a
// link shows what its sender saw. Text only ever enters the page as text (textContent); the one
// place that takes markup (unpack) takes what the server escaped.
(() => {
  const MINUTE = 60000;
  const HOUR_MINUTES = 60;
  const OPEN_ALL_LIMIT = 300;
  const SVG = "http://www.w3.org/2000/svg";
  const STATUS_ORDER = { ongoing: 0, stopped: 1, recovered: 2 };
  const STEPS_HOURS = [1, 2, 3, 6, 12, 24, 48, 168, 336, 720, 2160];
  const byId = (id) => document.getElementById(id);

  const make = (tag, attributes = {}, text = "") => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    if (text) node.textContent = text;
    return node;
  };
  const draw = (tag, attributes = {}, text = "") => {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    if (text) node.textContent = text;
    return node;
  };

  const read = async (id) => {
    const block = byId(id);
    if (!block) return null;
    if (block.type === "application/json") return JSON.parse(block.textContent);
    const bytes = Uint8Array.from(atob(block.textContent), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  };

  const start = async () => {
    const [kindOf, timelines, details] = await Promise.all(["kinds", "timelines", "details"].map(read));
    if (timelines) watchFigures(timelines);
    document.querySelectorAll("figure.timeline").forEach((figure) => fill(figure, timelines));
    if (byId("verdicts")) table(kindOf, timelines, details);
    document.documentElement.dataset.ready = "yes";
  };

  const table = (kindOf, timelines, details) => {
    const grid = byId("verdicts");
    const causes = Object.keys(kindOf);
    const rows = [...grid.tBodies].map((body, at) => {
      const cells = [...body.rows[0].cells].map((cell) => cell.textContent);
      return {
        body, at, kind: kindOf[body.dataset.c], text: "",
        user: cells[0].toLowerCase(), cause: causes.indexOf(body.dataset.c), client: cells[2],
        status: STATUS_ORDER[body.dataset.s], sure: parseInt(cells[4], 10),
        events: Number(cells[5].replace(/\D/g, "")), last: cells[6],
      };
    });
    const rowOf = new Map(rows.map((row) => [row.body, row]));
    const state = { q: "", cause: "", kind: "", status: "", sort: "", dir: "asc" };
    const fields = ["q", "cause", "kind", "status", "sort"];

    const unpack = (row) => {
      if (row.body.rows.length > 1 || !details) return;
      const line = row.body.insertRow();
      line.className = "detail";
      const cell = line.insertCell();
      cell.colSpan = 7;
      cell.innerHTML = details[row.at];
    };
    const textOf = (row) => {
      if (!row.text) {
        const parts = [row.body.textContent];
        if (details) {
          const template = document.createElement("template");
          template.innerHTML = details[row.at];
          parts.push(template.content.textContent);
        }
        row.text = parts.join(" ").toLowerCase();
      }
      return row.text;
    };
    const isShown = (row) =>
      (!state.cause || row.body.dataset.c === state.cause) &&
      (!state.kind || row.kind === state.kind) &&
      (!state.status || row.body.dataset.s === state.status) &&
      (!state.q || state.q.toLowerCase().split(/\s+/).every((word) => textOf(row).includes(word)));

    const setOpen = (row, isOpen) => {
      if (isOpen) unpack(row);
      row.body.classList.toggle("open", isOpen);
      row.button.setAttribute("aria-expanded", String(isOpen));
      if (isOpen) addFigure(row);
    };
    const addFigure = (row) => {
      const cell = row.body.rows[1] && row.body.rows[1].cells[0];
      if (!cell || !timelines || row.body.dataset.p === "-1" || cell.querySelector("figure")) return;
      const figure = make("figure", { class: "timeline", "data-p": row.body.dataset.p });
      cell.append(figure);
      fill(figure, timelines);
    };

    const show = () => {
      const sign = state.dir === "desc" ? -1 : 1;
      const order = state.sort
        ? [...rows].sort((one, two) => sign * (one[state.sort] < two[state.sort] ? -1 : one[state.sort] > two[state.sort] ? 1 : 0) || one.at - two.at)
        : sign === 1 ? rows : [...rows].reverse();
      let count = 0;
      for (const row of rows) {
        row.body.hidden = !isShown(row);
        count += row.body.hidden ? 0 : 1;
      }
      grid.append(...order.map((row) => row.body));
      for (const heading of grid.tHead.rows[0].cells) {
        if (heading.dataset.key === state.sort) heading.setAttribute("aria-sort", sign === 1 ? "ascending" : "descending");
        else heading.removeAttribute("aria-sort");
      }
      byId("shown").textContent = `${count.toLocaleString("en")} of ${rows.length.toLocaleString("en")} verdicts shown`;
      byId("dir").textContent = sign === 1 ? "Ascending" : "Descending";
      for (const field of fields) if (byId(field).value !== state[field]) byId(field).value = state[field];
    };
    const remember = () => {
      const told = Object.entries(state).filter(([name, value]) => value && !(name === "dir" && value === "asc"));
      const hash = new URLSearchParams(told).toString();
      history.replaceState(null, "", hash ? `#${hash}` : "#");
    };
    const change = (changes) => {
      Object.assign(state, changes);
      show();
      remember();
    };
    const recall = () => {
      const hash = location.hash.slice(1);
      if (hash.startsWith("verdict-")) {
        const row = rowOf.get(byId(decodeURIComponent(hash)));
        if (row) {
          row.body.hidden = false;
          setOpen(row, true);
          row.body.scrollIntoView();
          return;
        }
      }
      const asked = new URLSearchParams(hash);
      for (const name of Object.keys(state)) state[name] = asked.get(name) || (name === "dir" ? "asc" : "");
      if (state.sort && !fieldsToSort.has(state.sort)) state.sort = "";
      show();
      if (hash) byId("tools").scrollIntoView({ block: "nearest" });
    };

    const fieldsToSort = new Set([...grid.tHead.rows[0].cells].map((heading) => heading.dataset.key));
    for (const heading of grid.tHead.rows[0].cells) {
      const button = make("button", { type: "button" }, heading.textContent);
      button.addEventListener("click", () => {
        const isSame = state.sort === heading.dataset.key;
        change({ sort: heading.dataset.key, dir: isSame && state.dir === "asc" ? "desc" : "asc" });
      });
      heading.replaceChildren(button);
    }
    for (const row of rows) {
      const name = row.body.rows[0].cells[0];
      row.button = make("button", { type: "button", class: "toggle", "aria-expanded": "false" });
      row.button.append(name.firstChild);
      row.button.addEventListener("click", () => setOpen(row, !row.body.classList.contains("open")));
      name.prepend(row.button);
    }
    byId("tools").addEventListener("submit", (event) => event.preventDefault());
    for (const field of fields) byId(field).addEventListener("input", (event) => change({ [field]: event.target.value }));
    byId("dir").addEventListener("click", () => change({ dir: state.dir === "asc" ? "desc" : "asc" }));
    byId("reset").addEventListener("click", () => change({ q: "", cause: "", kind: "", status: "", sort: "", dir: "asc" }));
    byId("open").addEventListener("click", () => {
      const shown = rows.filter((row) => !row.body.hidden).slice(0, OPEN_ALL_LIMIT);
      const isOpening = shown.some((row) => !row.body.classList.contains("open"));
      shown.forEach((row) => setOpen(row, isOpening));
    });
    window.addEventListener("hashchange", recall);
    show();
    recall();
    if (grid.closest(".few")) rows.forEach((row) => setOpen(row, true));
  };

  const stamp = (minute) => new Date(minute * MINUTE).toISOString().slice(0, 16).replace("T", " ");

  const fill = (figure, data) => {
    const marks = data.people[Number(figure.dataset.p)];
    if (!marks || !marks.length) return;
    const picture = plot(marks, data, Math.max(260, figure.clientWidth || 700));
    const used = [...new Set(marks.map((mark) => mark[2]))].map((at) => data.outcomes[at]);
    const legend = make("ul", { class: "legend" });
    for (const outcome of used) legend.append(make("li", { class: `o-${outcome.colour}` }, outcome.title));
    const list = make("details");
    list.append(make("summary", {}, "Timeline as a list"));
    list.addEventListener("toggle", () => listed(list, marks, data), { once: true });
    const caption = make("figcaption", {}, "Sign-ins by hour (UTC): failures above each line, the others below it; mailbox moves as dashed lines.");
    figure.replaceChildren(picture, legend, caption, list);
  };

  const listed = (parent, marks, data) => {
    const rows = make("ul");
    for (const [minute, lane, outcome, count, says, source] of marks) {
      const what = lane < 0 ? "Mailbox move" : `${data.lanes[lane]}: ${count} ${data.outcomes[outcome].title}`;
      rows.append(make("li", {}, `${stamp(minute)} ${what}. ${data.says[says]} (${data.sources[source]})`));
    }
    parent.append(rows);
  };

  const plot = (marks, data, width) => {
    const LEFT = width < 480 ? 8 : 110, RIGHT = 12, TOP = 22, LANE = 52, HALF = 21;
    const lanes = [...new Set(marks.map((mark) => mark[1]).filter((lane) => lane >= 0))];
    const minutes = marks.map((mark) => mark[0]);
    const first = Math.min(...minutes) - 2 * HOUR_MINUTES, last = Math.max(...minutes) + 3 * HOUR_MINUTES;
    const scale = (width - LEFT - RIGHT) / (last - first);
    const x = (minute) => LEFT + (minute - first) * scale;
    const height = TOP + Math.max(1, lanes.length) * LANE + 22;
    const most = Math.max(1, ...marks.filter((mark) => mark[1] >= 0).map((mark) => mark[3]));
    const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label": summed(marks, data) });
    axis(svg, first, last, x, width, height);
    lanes.forEach((lane, at) => {
      const middle = TOP + at * LANE + LANE / 2;
      svg.append(draw("line", { class: "axis", x1: LEFT, x2: width - RIGHT, y1: middle, y2: middle }));
      svg.append(LEFT > 20
        ? draw("text", { x: LEFT - 8, y: middle + 4, "text-anchor": "end" }, data.lanes[lane])
        : draw("text", { x: LEFT, y: middle - HALF + 4 }, data.lanes[lane]));
    });
    for (const [minute, lane, outcome, count, says] of marks.filter((mark) => mark[1] >= 0)) {
      const middle = TOP + lanes.indexOf(lane) * LANE + LANE / 2;
      const tall = Math.max(3, HALF * Math.sqrt(count / most));
      const { above, colour, title } = data.outcomes[outcome];
      const bar = draw("rect", { class: `o-${colour}`, x: x(minute), width: Math.max(2.5, HOUR_MINUTES * scale - 0.5), y: above ? middle - tall : middle, height: tall });
      bar.append(draw("title", {}, `${stamp(minute)} UTC, ${data.lanes[lane]}: ${count} ${title}. ${data.says[says]}`));
      svg.append(bar);
    }
    for (const [minute, , outcome, , says] of marks.filter((mark) => mark[1] < 0)) {
      const line = draw("line", { class: "moved", x1: x(minute), x2: x(minute), y1: TOP - 6, y2: height - 20 });
      line.append(draw("title", {}, `${stamp(minute)} UTC. ${data.says[says]}`));
      const isLate = x(minute) > width - 130;
      svg.append(line, draw("text", { class: "moved", x: x(minute) + (isLate ? -4 : 4), y: 12, "text-anchor": isLate ? "end" : "start" }, `${data.outcomes[outcome].title} ${stamp(minute).slice(5)}`));
    }
    return svg;
  };

  const axis = (svg, first, last, x, width, height) => {
    const fits = Math.max(2, Math.floor(width / 95));
    const hours = STEPS_HOURS.find((step) => (last - first) / HOUR_MINUTES / step <= fits) || STEPS_HOURS.at(-1);
    const step = hours * HOUR_MINUTES;
    for (let minute = Math.ceil(first / step) * step; minute < last; minute += step) {
      svg.append(draw("line", { class: "axis", x1: x(minute), x2: x(minute), y1: 18, y2: height - 18 }));
      const isNearEdge = x(minute) > width - 40;
      svg.append(draw("text", { x: Math.max(x(minute), 4), y: height - 4, "text-anchor": isNearEdge ? "end" : x(minute) < 40 ? "start" : "middle" }, hours < 24 ? stamp(minute).slice(5) : stamp(minute).slice(5, 10)));
    }
  };

  const summed = (marks, data) => {
    const totals = new Map();
    for (const [, lane, outcome, count] of marks) {
      const title = lane < 0 ? data.outcomes[outcome].title : `${data.lanes[lane]} ${data.outcomes[outcome].title}`;
      totals.set(title, (totals.get(title) || 0) + count);
    }
    const parts = [...totals].map(([title, count]) => `${count} ${title}`);
    return `Timeline from ${stamp(marks[0][0])} to ${stamp(marks.at(-1)[0])} UTC: ${parts.join(", ")}`;
  };

  const watchFigures = (data) => {
    let width = window.innerWidth;
    window.addEventListener("resize", () => {
      if (window.innerWidth === width) return;
      width = window.innerWidth;
      document.querySelectorAll("figure.timeline").forEach((figure) => fill(figure, data));
    });
  };

  start();
})();
