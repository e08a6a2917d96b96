extension TrainingReport {
  static let styleSheet = """
    :root {
      color-scheme: light dark;
      --paper: #fdfcfa; --ink: #23211f; --soft: #6f6a64; --rule: #e6e1da;
      --c0: #2c6bd1; --c1: #c96f12; --c2: #2a8f5d; --c3: #8454b8; --c4: #c03f3f;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #181716; --ink: #eae6e0; --soft: #a39c93; --rule: #35322f;
        --c0: #6ea5ff; --c1: #f0a04b; --c2: #5cc98f; --c3: #b990ea; --c4: #f07f7f;
      }
    }
    body { margin: 0; background: var(--paper); color: var(--ink);
      font: 16px/1.5 system-ui, sans-serif; }
    main { max-width: 920px; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
    h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .25rem; }
    h2 { font-size: 1.15rem; margin: 2.5rem 0 .25rem; }
    p, figcaption { color: var(--soft); margin: 0 0 .5rem; }
    figcaption b { color: var(--ink); }
    img { max-width: 100%; height: auto; display: block; border-radius: 4px; }
    details { margin: .5rem 0; } summary { cursor: pointer; margin-bottom: .25rem; }
    svg { width: 100%; height: auto; display: block; }
    svg text { fill: var(--soft); font-size: 11px; }
    svg .loss { text-anchor: end; } svg .step { text-anchor: middle; }
    svg .grid { stroke: var(--rule); stroke-width: 1; }
    polyline { fill: none; stroke-width: 1.75; stroke-linejoin: round; }
    .line0 { stroke: var(--c0); } .line1 { stroke: var(--c1); } .line2 { stroke: var(--c2); }
    .line3 { stroke: var(--c3); } .line4 { stroke: var(--c4); } .rest { stroke: var(--soft); opacity: .45; }
    .legend { display: flex; flex-wrap: wrap; gap: 0 1.25rem; font-size: .9rem; }
    .legend span::before { content: ""; display: inline-block; width: 1.25em; height: 3px;
      margin-right: .4em; vertical-align: middle; background: currentColor; }
    .legend .line0 { color: var(--c0); } .legend .line1 { color: var(--c1); }
    .legend .line2 { color: var(--c2); } .legend .line3 { color: var(--c3); }
    .legend .line4 { color: var(--c4); }
    .small { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fill, minmax(240px, 1fr)); }
    figure { margin: 0; font-size: .85rem; }
    table { border-collapse: collapse; font-size: .9rem; width: 100%; }
    th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0;
      border-bottom: 1px solid var(--rule); overflow-wrap: anywhere; }
    th { font-weight: 500; width: 14rem; color: var(--soft); }
    """
}
