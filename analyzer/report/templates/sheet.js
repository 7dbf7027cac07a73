"use strict";
// Search, sort and open. What is searched and sorted by is kept in the address's fragment, so that
// a link shows what its sender saw. Text only ever enters the page as text.
(() => {
  const DIGITS = /-?\d[\d,]*(?:\.\d+)?/;
  const PART = /^#part-\d+$/;
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const byId = (id) => document.getElementById(id);
  const make = (tag, attributes = {}, text = "") => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    if (text) node.textContent = text;
    return node;
  };

  const unpacked = async () => {
    const block = byId("notes");
    if (!block) return null;
    if (block.type === "application/json") return JSON.parse(block.textContent);
    const bytes = Uint8Array.from(atob(block.textContent), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  };

  const numberIn = (text) => {
    const found = DIGITS.exec(text);
    return found ? Number(found[0].replaceAll(",", "")) : null;
  };
  const keyOf = (cell) => {
    const text = cell.textContent.trim();
    return cell.classList.contains("n") ? numberIn(text) : text || null;
  };
  const compare = (one, other) => (typeof one === "number" ? one - other : collator.compare(one, other));

  const gridOf = (table, packed, at) => {
    const headings = [...table.tHead.rows[0].cells];
    const titles = headings.map((heading) => heading.textContent);
    const rows = [...table.tBodies].map((body, place) => {
      const cells = [...body.rows[0].cells];
      cells.forEach((cell, column) => cell.setAttribute("data-label", titles[column]));
      const details = body.querySelector("details");
      const row = { body, place, cells, details, notes: details && packed ? packed.shift() : null, text: "" };
      if (details) {
        const summary = details.querySelector("summary");
        summary.setAttribute("aria-label", `${summary.textContent} of ${cells[0].textContent}`);
        details.addEventListener("toggle", () => details.open && fill(row));
      }
      return row;
    });
    const none = make("p", { class: "muted", hidden: "" }, "No row matches the search.");
    table.parentElement.after(none);
    return { table, headings, titles, rows, none, name: `sort${at + 1}` };
  };
  // Sentences that came packed become elements when they are first looked at.
  const fill = ({ details, notes }) => {
    if (!notes || details.querySelector("ul")) return;
    const list = make("ul");
    list.append(...notes.map((sentence) => make("li", {}, sentence)));
    details.append(list);
  };
  const textOf = (row) => {
    row.text ||= [row.body.textContent, ...(row.notes || [])].join(" ").toLowerCase();
    return row.text;
  };

  // ``sort`` is a column, counted from 1; negative where the largest comes first; 0 for neither.
  const ordered = (rows, sort) => {
    if (!sort) return rows;
    const sign = Math.sign(sort);
    const keyed = rows.map((row) => [keyOf(row.cells[Math.abs(sort) - 1]), row]);
    return keyed
      .sort(([one, first], [other, second]) => {
        if (one === null || other === null) return (one === null) - (other === null) || first.place - second.place;
        return sign * compare(one, other) || first.place - second.place;
      })
      .map(([, row]) => row);
  };

  const start = async () => {
    const packed = await unpacked();
    const grids = [...document.querySelectorAll("table.grid")].map((table, at) => gridOf(table, packed, at));
    const state = { q: "", sorts: grids.map(() => 0) };
    const all = grids.flatMap((grid) => grid.rows);

    const filter = () => {
      const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      for (const grid of grids) {
        let shown = 0;
        for (const row of grid.rows) {
          row.body.hidden = !words.every((word) => textOf(row).includes(word));
          shown += row.body.hidden ? 0 : 1;
        }
        grid.none.hidden = shown > 0;
        grid.table.parentElement.hidden = shown === 0;
        count += shown;
      }
      if (byId("shown")) byId("shown").textContent = `${count.toLocaleString("en")} of ${all.length.toLocaleString("en")} rows shown`;
    };
    const sortGrid = (grid, sort) => {
      grid.table.append(...ordered(grid.rows, sort).map((row) => row.body));
      grid.headings.forEach((heading, column) => {
        if (column + 1 === Math.abs(sort)) heading.setAttribute("aria-sort", sort > 0 ? "ascending" : "descending");
        else heading.removeAttribute("aria-sort");
      });
    };
    const remember = () => {
      const told = new URLSearchParams();
      if (state.q) told.set("q", state.q);
      grids.forEach((grid, at) => state.sorts[at] && told.set(grid.name, state.sorts[at]));
      history.replaceState(null, "", `#${told}`);
    };
    const search = (text) => {
      state.q = text;
      filter();
      remember();
    };
    const sort = (at, chosen) => {
      state.sorts[at] = chosen;
      sortGrid(grids[at], chosen);
      remember();
    };
    const recall = () => {
      if (PART.test(location.hash)) return;
      const asked = new URLSearchParams(location.hash.slice(1));
      state.q = asked.get("q") || "";
      if (byId("q")) byId("q").value = state.q;
      grids.forEach((grid, at) => {
        const wish = Number(asked.get(grid.name));
        state.sorts[at] = Number.isInteger(wish) && Math.abs(wish) <= grid.headings.length ? wish : 0;
        sortGrid(grid, state.sorts[at]);
      });
      filter();
    };

    grids.forEach((grid, at) =>
      grid.headings.forEach((heading, column) => {
        const button = make("button", { type: "button" }, grid.titles[column]);
        button.addEventListener("click", () => {
          const now = state.sorts[at];
          sort(at, Math.abs(now) !== column + 1 ? column + 1 : now > 0 ? -now : 0);
        });
        heading.replaceChildren(button);
      }));
    const setOpen = (rows, isOpen) => rows.forEach((row) => { row.details.open = isOpen; });
    const closed = () => all.filter((row) => row.details && !row.details.open);
    if (byId("tools")) {
      byId("tools").addEventListener("submit", (event) => event.preventDefault());
      byId("q").addEventListener("input", (event) => search(event.target.value));
      byId("reset").addEventListener("click", () => {
        grids.forEach((_, at) => sort(at, 0));
        byId("q").value = "";
        search("");
      });
    }
    if (byId("open")) {
      byId("open").addEventListener("click", () => {
        const shown = all.filter((row) => row.details && !row.body.hidden);
        setOpen(shown, shown.some((row) => !row.details.open));
      });
    }
    // Paper has no way to open anything.
    let opened = [];
    window.addEventListener("beforeprint", () => {
      opened = closed();
      opened.forEach(fill);
      setOpen(opened, true);
    });
    window.addEventListener("afterprint", () => setOpen(opened, false));
    // A table that is wider than the screen is scrolled by the keyboard once it can be focused.
    const reach = () => {
      for (const { table: { parentElement: around } } of grids) {
        if (around.scrollWidth > around.clientWidth) around.tabIndex = 0;
        else around.removeAttribute("tabindex");
      }
    };
    window.addEventListener("resize", reach);
    window.addEventListener("hashchange", recall);
    recall();
    reach();
    document.documentElement.dataset.ready = "yes";
  };

  start();
})();
