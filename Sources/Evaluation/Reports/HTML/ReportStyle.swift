/// The style sheet of a report: light and dark by the reader's setting, light in print.
enum ReportStyle {
    // No character here may mean something to XML: it stands in the page as it is.
    static let sheet: StaticString = """

        :root { --paper: #fff; --panel: #f5f7f9; --ink: #1a1f26; --soft: #57616d; --line: #d8dee5; --grid: #e6eaef;
          --blue: 34 82 190; --orange: 178 68 6; --strong: #fff; }
        @media screen and (prefers-color-scheme: dark) {
          :root { --paper: #13171c; --panel: #1b2027; --ink: #e7ebf0; --soft: #9ba7b4; --line: #353d47; --grid: #272e37;
            --blue: 128 168 255; --orange: 255 158 100; --strong: #10141a; }
        }
        * { box-sizing: border-box; }
        html { background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%;
          font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Liberation Sans", sans-serif; }
        body { margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 68rem; }
        h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .75rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.25rem; margin: 0 0 .5rem; }
        h3 { font-size: 1rem; margin: 1.5rem 0 .4rem; overflow-wrap: anywhere; }
        h4 { font-size: .875rem; margin: 0 0 .25rem; color: var(--soft); font-weight: 600; overflow-wrap: anywhere; }
        p { margin: .5rem 0; max-width: 48rem; overflow-wrap: anywhere; }
        a { color: rgb(var(--blue)); }
        section { margin-top: 2.25rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
        main section:first-child { border: 0; margin-top: .5rem; padding-top: 0; }
        nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; margin: 0; padding: 0; font-size: .9rem; }
        .lead { font-size: 1.1rem; }
        .note, .meaning, .ci, .excerpt, figcaption { color: var(--soft); font-size: .85rem; }
        .ci, .meaning, .excerpt { display: block; font-weight: 400; }
        .ci { font-size: .78rem; white-space: nowrap; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: .75rem; margin: 1rem 0; }
        .tile { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; }
        .tile-name { font-size: .85rem; color: var(--soft); }
        .tile-value { font-size: 1.8rem; line-height: 1.3; font-weight: 600; font-variant-numeric: tabular-nums; }
        .scroll { position: relative; overflow-x: auto; margin: .5rem 0 1rem;
          background: linear-gradient(to right, var(--paper) 30%, transparent) 0 0 / 2.5rem 100% no-repeat local,
            linear-gradient(to left, var(--paper) 30%, transparent) 100% 0 / 2.5rem 100% no-repeat local,
            linear-gradient(to right, var(--line), transparent) 0 0 / .6rem 100% no-repeat scroll,
            linear-gradient(to left, var(--line), transparent) 100% 0 / .6rem 100% no-repeat scroll; }
        table { border-collapse: collapse; font-size: .9rem; }
        th, td { padding: .35rem .7rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--grid); }
        th:first-child, td:first-child { padding-left: 0; }
        thead th { color: var(--soft); font-weight: 600; font-size: .8rem; vertical-align: bottom;
          border-bottom-color: var(--line); }
        tbody th { font-weight: 500; min-width: 7rem; max-width: 22rem; overflow-wrap: anywhere; }
        td.words { min-width: 5.6rem; max-width: 18rem; overflow-wrap: anywhere; }
        .figures { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        thead .words { min-width: 4rem; }
        tbody th:has(.meaning) { min-width: 10rem; }
        thead .figures { white-space: normal; }
        .plot { padding-top: 0; padding-bottom: 0; vertical-align: middle; position: relative; min-width: 14rem; }
        thead .plot { vertical-align: bottom; text-align: center; }
        thead .plot { padding-left: 0; padding-right: 0; }
        .whiskers { display: block; width: 12.5rem; margin: 0 auto; }
        thead .whiskers { margin-bottom: -1px; }
        tbody .whiskers { position: absolute; left: 50%; margin-left: -6.25rem; top: 0; height: 100%; max-height: 10rem; }
        .share { display: block; width: 7.5rem; height: .75rem; background: var(--panel); }
        .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

        .matrix td, .matrix th { border: 1px solid var(--paper); }
        .matrix thead th, .matrix thead td { border-bottom-color: var(--line); text-align: center; }
        .matrix thead th { min-width: 5rem; max-width: 9rem; overflow-wrap: anywhere; }
        .matrix tbody th { text-align: right; max-width: 12rem; padding-left: 0; }
        .matrix .corner { font-size: .75rem; color: var(--soft); vertical-align: bottom; }
        .matrix .corner span { display: block; white-space: nowrap; text-align: right; }
        .matrix td { text-align: center; font-variant-numeric: tabular-nums; min-width: 3.2rem; }
        .matrix td.sum { color: var(--soft); }
        .upright thead th span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 10rem; overflow: hidden;
          text-align: left; display: inline-block; line-height: 1.2; }
        .upright thead th, .matrix .sum { min-width: 2.4rem; }
        .upright td { min-width: 2.4rem; padding: .3rem .25rem; }
        .hit { --shade: var(--blue); }
        .miss { --shade: var(--orange); }
        .cell { background: rgb(var(--shade) / var(--depth, 0)); fill: rgb(var(--shade) / var(--depth, 0)); }
        .none { background: none; color: var(--soft); }
        .h0 { --depth: .07; } .h1 { --depth: .17; } .h2 { --depth: .27; } .h3 { --depth: .36; } .h4 { --depth: .45; }
        .h5 { --depth: .84; } .h6 { --depth: .88; } .h7 { --depth: .92; } .h8 { --depth: .96; } .h9 { --depth: 1; }
        .map .h0 { --depth: .3; } .map .h1 { --depth: .4; } .map .h2 { --depth: .5; } .map .h3 { --depth: .6; }
        .map .h4 { --depth: .7; }
        .cell .ci { color: inherit; }
        .h5, .h6, .h7, .h8, .h9 { color: var(--strong); }
        .shades { font-size: .8rem; color: var(--soft); }
        .ramp { white-space: nowrap; margin-right: 1rem; display: inline-block; }
        .ramp .cell { display: inline-block; width: .9rem; height: .8rem; vertical-align: -.1rem; }

        .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr)); gap: 0 2rem; }
        .pair .scroll { margin-right: 0; }
        figure { margin: 0 0 1rem; min-width: 0; }
        figure h3 { margin-top: .5rem; }
        .drawing { display: block; width: 100%; max-width: 32rem; height: auto; }
        .map .drawing { max-width: 44rem; }
        svg text { fill: var(--soft); font-size: 11px; font-weight: 400; font-family: inherit; font-variant-numeric: tabular-nums; }
        svg .axis-name { font-size: 12px; fill: var(--ink); }
        .axis { stroke: var(--soft); stroke-width: 1; }
        .grid { stroke: var(--grid); stroke-width: 1; }
        .reference { stroke: var(--soft); stroke-width: 1.2; stroke-dasharray: 5 4; }
        .whisker { stroke: rgb(var(--blue)); stroke-width: 1.6; }
        .dot { fill: rgb(var(--blue)); }
        .forecast { fill: none; stroke: rgb(var(--blue)); stroke-width: 1.6; }
        polyline.reference { fill: none; }
        .curve { fill: none; stroke: rgb(var(--blue)); stroke-width: 2; stroke-linejoin: round; }
        .band { fill: rgb(var(--blue) / .16); stroke: none; }
        .bar-right { fill: rgb(var(--blue) / .75); }
        .bar-wrong { fill: rgb(var(--orange) / .9); }
        .frame { fill: none; stroke: var(--line); }
        .legend { list-style: none; margin: .25rem 0 0; padding: 0; }
        ul.legend { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; }
        ul.legend li { display: flex; align-items: center; gap: .4rem; }
        .swatch { width: 22px; height: 12px; flex: none; }

        details { margin: .75rem 0; }
        summary { cursor: pointer; color: rgb(var(--blue)); font-size: .9rem; }
        .error { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; margin: .75rem 0; }
        .error h3 { margin: 0; font-size: .85rem; color: var(--soft); font-weight: 600; }
        .tag { border: 1px solid currentColor; border-radius: .3rem; padding: 0 .35rem; font-weight: 600; font-size: .9em; }
        .tag.right { color: rgb(var(--blue)); }
        .tag.wrong { color: rgb(var(--orange)); }
        blockquote { margin: .5rem 0; padding: .5rem .8rem; background: var(--panel); border-radius: .3rem; font-size: .9rem;
          overflow: hidden; overflow-wrap: anywhere; unicode-bidi: isolate; }
        .excerpt { overflow: hidden; overflow-wrap: anywhere; unicode-bidi: isolate; min-width: 14rem; }
        .reasons { grid-template-columns: repeat(auto-fit, minmax(min(100%, 16rem), 1fr)); margin-top: .5rem; }
        .reasons ul { list-style: none; margin: 0; padding: 0; font-size: .85rem; }
        .reasons li { display: flex; gap: .6rem; overflow: hidden; }
        .weight { font-variant-numeric: tabular-nums; min-width: 3rem; text-align: right; color: var(--soft); flex: none; }
        code { font: .92em/1.5 ui-monospace, "SFMono-Regular", "Liberation Mono", monospace; overflow-wrap: anywhere; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: .5rem 0; }
        dt { color: var(--soft); }
        dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }

        @media (max-width: 30rem) {
          body { padding: 1rem .9rem 3rem; }
          th, td { padding: .35rem .5rem; }
          .tiles { grid-template-columns: 1fr 1fr; gap: .5rem; }
          .tile { padding: .6rem .7rem; }
          .tile-value { font-size: 1.45rem; }
          .plot { min-width: 11rem; }
          .whiskers { width: 10rem; }
          tbody .whiskers { margin-left: -5rem; max-height: 8rem; }
        }
        @media print {
          @page { size: A4; margin: 15mm 14mm; }
          html { font-size: 10.5pt; }
          body { max-width: none; padding: 0; }
          nav { display: none; }
          * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
          h2, h3, h4, p:has(+ .scroll), p:has(+ article), p:has(+ .pair), p:has(+ h3), p:has(+ p + .scroll) { break-after: avoid; }
          tr, figure, article, .tile, .ramp, .short, .note { break-inside: avoid; }
          .shades { break-before: avoid; }
          thead { display: table-header-group; break-after: avoid; }
          .tiles { grid-template-columns: repeat(4, 1fr); }
          .tile { padding: .5rem .7rem; }
          .tile-value { font-size: 1.4rem; }
          table { font-size: .82rem; }
          .plot { min-width: 13rem; }
          .error { font-size: .9rem; padding: .5rem .75rem; }
          .scroll { overflow: visible; background: none; }
          .pair { grid-template-columns: 1fr 1fr; gap: 0 1rem; }
          th, td { padding: .25rem .45rem; }
          details::details-content { content-visibility: visible; display: block; block-size: auto; opacity: 1; }
          summary { list-style: none; color: var(--ink); font-weight: 600; }
        }

        """
}
