/// Rules for plots with several curves, beside those of all reports.
enum SimulationStyle {
    // No character here may mean something to XML: it stands in the page as it is.
    static let sheet: StaticString = """
        :root { --green: 24 120 84; --purple: 128 62 170; --red: 178 40 74; --grey: 110 118 128; }
        @media screen and (prefers-color-scheme: dark) {
          :root { --green: 96 204 158; --purple: 204 152 255; --red: 255 140 160; --grey: 150 160 172; }
        }
        .series { fill: none; stroke-width: 2; stroke-linejoin: round; }
        .s0 { stroke: rgb(var(--blue)); } .s1 { stroke: rgb(var(--orange)); stroke-dasharray: 9 3; }
        .s2 { stroke: rgb(var(--green)); stroke-dasharray: 3 3; } .s3 { stroke: rgb(var(--purple)); stroke-dasharray: 12 3 2 3; }
        .s4 { stroke: rgb(var(--red)); stroke-dasharray: 6 2 2 2; } .s5 { stroke: rgb(var(--grey)); }
        .mark { stroke: var(--paper); stroke-width: 1.5; }
        .m0 { fill: rgb(var(--blue)); } .m1 { fill: rgb(var(--orange)); } .m2 { fill: rgb(var(--green)); }
        .m3 { fill: rgb(var(--purple)); } .m4 { fill: rgb(var(--red)); } .m5 { fill: rgb(var(--grey)); }
        .bar-before { fill: rgb(var(--grey) / .55); }
        .wide .drawing { max-width: 40rem; }

        """

    /// The style of one of several curves, and of its dots.
    static func series(_ index: Int) -> String { "series s\(index % 6)" }
    static func mark(_ index: Int) -> String { "mark m\(index % 6)" }
}
