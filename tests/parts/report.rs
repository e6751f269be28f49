//! Charts as files: what stands in the SVG, what the PNG's pixels are, what the CSV says.

use resvg::usvg::roxmltree::{Document, Node};
use tachograph::report::theme::{DARK, LIGHT, Look, Rgb, hex};
use tachograph::report::{
    Bar, Bars, BinBar, Bins, Chart, Flame, FlameRect, Format, Kind, Limit, Lines, ReportError, Series, Unit, XAxis, picture,
};

fn chart(kind: Kind, look: Look) -> Chart {
    Chart { title: "CPU".into(), figure: "37 %".into(), subtitle: "8 cores".into(), kind, width: 600.0, height: 300.0, look }
}

fn series(name: &str, color: usize, points: &[[f64; 2]], fill: bool) -> Series {
    Series { name: name.into(), color, points: points.to_vec(), fill }
}

/// A flat line at 50 % for a minute, with a gap of 20 s in the middle.
fn lines() -> Kind {
    let points = [[-60.0, 50.0], [-40.0, 50.0], [-30.0, f64::NAN], [-20.0, 50.0], [0.0, 50.0]];
    Kind::Lines(Lines {
        series: vec![series("all cores", 0, &points, true)],
        x: XAxis::Ago { seconds: 60.0 },
        y: Unit::Percent,
        y_max: Some(100.0),
        logarithmic: false,
        limits: vec![Limit { value: 80.0, name: "alert line 80 %".into() }],
    })
}

fn bars(rows: usize) -> Kind {
    let rows = (0..rows).map(|i| Bar { label: format!("column {i}"), before: 8e6, after: 4e6 }).collect();
    Kind::Bars(Bars { rows, unit: Unit::Bytes, names: ["as loaded".into(), "optimised".into()] })
}

fn rect(x: f64, width: f64, depth: u32, color: Option<usize>, label: &str) -> FlameRect {
    FlameRect { x, width, depth, color, change: None, label: label.into(), detail: "1 s · 10 %".into() }
}

fn flame() -> Kind {
    let rects = vec![
        rect(0.0, 1.0, 0, None, "all"),
        rect(0.0, 0.5, 1, Some(0), "main"),
        rect(0.5, 0.25, 1, Some(1), "gc"),
        rect(0.8, 0.0001, 1, Some(2), "x"),
    ];
    Kind::Flame(Flame { rects })
}

fn export(chart: &Chart, format: Format) -> Vec<u8> {
    format.exporter().export(chart).expect("exports")
}

fn svg(chart: &Chart) -> String {
    String::from_utf8(export(chart, Format::Svg)).expect("UTF-8")
}

fn group<'a>(document: &'a Document<'a>, class: &str) -> Vec<Node<'a, 'a>> {
    let is_one = |node: &Node<'_, '_>| node.attribute("class").is_some_and(|words| words.split(' ').any(|word| word == class));
    document.descendants().filter(is_one).collect()
}

fn attribute(node: Node<'_, '_>, name: &str) -> f64 {
    node.attribute(name).and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("no number {name}"))
}

fn texts<'a>(document: &'a Document<'a>) -> Vec<&'a str> {
    document.descendants().filter(|node| node.has_tag_name("text")).filter_map(|node| node.text()).collect()
}

#[test]
fn lines_have_their_axes_legend_and_gap() {
    let text = svg(&chart(lines(), Look::Dark));
    let document = Document::parse(&text).expect("XML");
    let root = document.root_element();
    assert_eq!(
        (root.attribute("width"), root.attribute("height"), root.attribute("viewBox")),
        (Some("600"), Some("300"), Some("0 0 600 300"))
    );
    let texts = texts(&document);
    for expected in
        ["CPU", "37 %", "8 cores", "0 %", "25 %", "50 %", "100 %", "−60 s", "−30", "now", "all cores", "alert line 80 %"]
    {
        assert!(texts.contains(&expected), "{expected} not in {texts:?}");
    }
    let line = group(&document, "series")[0];
    let strokes: Vec<_> =
        line.descendants().filter(|n| n.attribute("stroke") == Some("#4c9dff")).filter_map(|n| n.attribute("d")).collect();
    assert_eq!(strokes.len(), 2, "one before the gap, one after it");
    assert!(
        document
            .descendants()
            .any(|n| n.attribute("stroke-dasharray").is_some() && n.attribute("stroke") == Some(hex(DARK.warn).as_str()))
    );
    let level = |d: &str| d.split(['M', 'L', ' ']).filter_map(|n| n.parse::<f64>().ok()).collect::<Vec<_>>();
    let [x0, y0, x1, y1] = level(strokes[0])[..] else { panic!("{strokes:?}") };
    let grid: Vec<f64> =
        group(&document, "grid")[0].children().filter(|n| n.has_tag_name("line")).map(|n| attribute(n, "y1")).collect();
    assert!(
        (y0 - f64::midpoint(grid[0], grid[grid.len() - 1])).abs() < 0.02,
        "50 % lies half way between 0 and 100: {y0} {grid:?}"
    );
    assert!((y0 - y1).abs() < 0.01 && (x1 - x0 - (584.0 - x0) / 3.0).abs() < 0.02, "a third of the axis: {x0} {x1}");
}

#[test]
fn on_a_logarithmic_axis_ten_times_as_much_is_one_step_up() {
    let Kind::Lines(mut lines) = lines() else { panic!("not lines") };
    (lines.logarithmic, lines.limits) = (true, Vec::new());
    lines.series[0].points = vec![[-60.0, 0.0], [-40.0, 1.0], [-20.0, 10.0], [0.0, 100.0]];
    let text = svg(&chart(Kind::Lines(lines), Look::Dark));
    let document = Document::parse(&text).expect("XML");
    let words = texts(&document);
    assert!(["0.1 %", "1 %", "10 %", "100 %"].iter().all(|mark| words.contains(mark)), "{words:?}");
    let grid: Vec<f64> =
        group(&document, "grid")[0].children().filter(|n| n.has_tag_name("line")).map(|n| attribute(n, "y1")).collect();
    let stroke = group(&document, "series")[0].descendants().find(|n| n.attribute("stroke") == Some("#4c9dff"));
    let path = stroke.and_then(|n| n.attribute("d")).expect("a line");
    let numbers: Vec<f64> = path.split(['M', 'L', ' ']).filter_map(|number| number.parse().ok()).collect();
    let heights: Vec<f64> = numbers.chunks(2).map(|point| point[1]).collect();
    assert_eq!(heights, grid, "zero lies at the foot, the others at the powers of ten");
}

#[test]
fn bars_are_as_long_as_their_values() {
    let text = svg(&chart(bars(2), Look::Light));
    let document = Document::parse(&text).expect("XML");
    let rows = group(&document, "bar");
    assert_eq!(rows.len(), 2);
    let widths: Vec<_> =
        rows[0].children().filter(|n| n.has_tag_name("rect")).map(|n| (attribute(n, "width"), n.attribute("fill"))).collect();
    assert_eq!(widths.iter().map(|w| w.1).collect::<Vec<_>>(), [Some("#8a94a3"), Some("#1d8f5f")]);
    assert!((widths[0].0 - 2.0 * widths[1].0).abs() < 0.02, "{widths:?}");
    assert!(texts(&document).contains(&"8 MB → 4 MB"));
}

#[test]
fn many_rows_make_the_picture_higher_and_are_counted_in_the_end() {
    let height = |rows| {
        let text = svg(&chart(bars(rows), Look::Dark));
        attribute(Document::parse(&text).expect("XML").root_element(), "height")
    };
    assert_eq!(height(2), 300.0);
    assert_eq!(height(100) - height(99), 28.0);
    let text = svg(&chart(bars(700), Look::Dark));
    let document = Document::parse(&text).expect("XML");
    assert_eq!(group(&document, "bar").len(), 500);
    assert!(texts(&document).contains(&"and 200 more"));
}

#[test]
fn flames_lie_under_their_callers_and_the_invisible_is_left_out() {
    let text = svg(&chart(flame(), Look::Dark));
    let document = Document::parse(&text).expect("XML");
    let frames = group(&document, "frame");
    assert_eq!(frames.len(), 3, "a ten-thousandth of 568 points cannot be seen");
    let places: Vec<_> = frames
        .iter()
        .filter_map(|f| f.children().find(|n| n.has_tag_name("rect")))
        .map(|r| ["x", "y", "width"].map(|a| attribute(r, a)))
        .collect();
    assert_eq!(places, [[16.0, 48.0, 567.0], [16.0, 68.0, 283.0], [300.0, 68.0, 141.0]]);
    assert_eq!(frames[1].children().find(|n| n.has_tag_name("title")).and_then(|n| n.text()), Some("main · 1 s · 10 %"));
    assert_eq!(texts(&document), ["CPU", "37 %", "8 cores", "all", "main", "gc"]);
}

#[test]
fn hostile_names_stay_text() {
    let evil = "</text><script>alert(1)</script>]]>\u{0}\u{202e}&\u{ffff}\n\"'";
    let long = "x".repeat(10_000);
    let kinds = [
        Kind::Lines(Lines {
            series: vec![series(evil, 0, &[[0.0, 1.0]], true)],
            x: XAxis::Number { unit: Unit::Count, name: long.clone() },
            y: Unit::Number,
            y_max: None,
            logarithmic: false,
            limits: vec![],
        }),
        Kind::Bars(Bars {
            rows: vec![Bar { label: evil.into(), before: f64::NAN, after: f64::INFINITY }],
            unit: Unit::Bytes,
            names: [long.clone(), evil.into()],
        }),
        Kind::Bins(Bins { bars: vec![BinBar { from: evil.into(), to: long.clone(), count: f64::NAN }], name: long.clone() }),
        Kind::Flame(Flame {
            rects: vec![
                rect(0.0, 1.0, 0, None, evil),
                rect(-5.0, 9.0, 1, Some(usize::MAX), &long),
                rect(f64::NAN, f64::NAN, 2, None, ""),
            ],
        }),
    ];
    for kind in kinds {
        for title in [evil, &long] {
            let chart =
                Chart { title: title.into(), figure: long.clone(), subtitle: evil.into(), ..chart(kind.clone(), Look::Dark) };
            let text = svg(&chart);
            let document = Document::parse(&text).expect("well-formed");
            assert!(document.descendants().all(|n| !n.has_tag_name("script")), "{text}");
            assert!(!text.contains("]]>") && !text.contains("NaN") && !text.contains("inf"), "{text}");
            assert!(texts(&document).iter().all(|t| t.len() < 400), "names are cut to their room");
            assert!(picture(&chart, 1.0).is_ok());
        }
    }
}

#[test]
fn a_histogram_has_upright_bars_of_its_counts_and_the_words_of_its_edges() {
    let bar = |from: &str, to: &str, count| BinBar { from: from.into(), to: to.into(), count };
    let bars = vec![bar("0", "10", 4.0), bar("10", "20", 0.0), bar("20", "30", 8.0)];
    let chart = chart(Kind::Bins(Bins { bars, name: "amount".into() }), Look::Light);
    let text = svg(&chart);
    let document = Document::parse(&text).expect("XML");
    let rects: Vec<Node<'_, '_>> =
        group(&document, "bin").iter().flat_map(|bin| bin.children().filter(|node| node.has_tag_name("rect"))).collect();
    let heights: Vec<f64> = rects.iter().map(|rect| attribute(*rect, "height")).collect();
    assert!(heights[1] == 0.0 && (heights[2] - 2.0 * heights[0]).abs() < 0.02 && heights[0] > 50.0, "{heights:?}");
    let feet: Vec<f64> = rects.iter().map(|rect| attribute(*rect, "y") + attribute(*rect, "height")).collect();
    assert!((feet[0] - feet[2]).abs() < 0.02, "they stand on one line: {feet:?}");
    assert!(["0", "10", "20", "amount"].iter().all(|word| texts(&document).contains(word)), "{text}");
    assert!(text.contains("<title>20 to 30: 8</title>"), "{text}");
    let csv = String::from_utf8(export(&chart, Format::Csv)).expect("UTF-8");
    assert_eq!(csv, "\u{feff}from,below,count\r\n0,10,4\r\n10,20,0\r\n20,30,8\r\n");
}

#[test]
fn nothing_is_fetched_from_elsewhere() {
    for kind in [lines(), bars(3), flame()] {
        let text = svg(&chart(kind, Look::Dark));
        let rest = text.replacen("http://www.w3.org/2000/svg", "", 1);
        assert!(!rest.contains("http") && !rest.contains("href") && !rest.contains("url(") && !rest.contains(" id="), "{rest}");
    }
}

/// The colour of the pixel at a place in points.
fn pixel(chart: &Chart, scale: f32, [x, y]: [f64; 2]) -> Rgb {
    let picture = picture(chart, scale).expect("draws");
    let at = (((y * f64::from(scale)) as usize) * picture.width as usize + (x * f64::from(scale)) as usize) * 4;
    let &[r, g, b, alpha] = &picture.rgba[at..at + 4] else { panic!("no pixel") };
    assert_eq!(alpha, 255, "the picture is opaque, so that it can be pasted anywhere");
    [r, g, b]
}

#[test]
fn pixels_have_the_colours_of_the_look() {
    for (look, tokens) in [(Look::Dark, DARK), (Look::Light, LIGHT)] {
        for scale in [1.0, 2.0] {
            let chart = chart(flame(), look);
            assert_eq!(pixel(&chart, scale, [2.0, 2.0]), tokens.panel);
            assert_eq!(pixel(&chart, scale, [500.0, 58.0]), tokens.flame_root);
            assert_eq!(pixel(&chart, scale, [200.0, 78.0]), tokens.flame[0]);
            assert_eq!(pixel(&chart, scale, [400.0, 78.0]), tokens.flame[1]);
        }
    }
}

#[test]
fn png_files_have_the_size_of_twice_the_points() {
    let png = export(&chart(lines(), Look::Dark), Format::Png);
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let side = |at: usize| u32::from_be_bytes([png[at], png[at + 1], png[at + 2], png[at + 3]]);
    assert_eq!((side(16), side(20)), (1200, 600));
    let picture = picture(&chart(lines(), Look::Dark), 1.0).expect("draws");
    assert_eq!((picture.width, picture.height, picture.rgba.len()), (600, 300, 600 * 300 * 4));
}

#[test]
fn a_picture_that_would_fill_the_memory_is_refused() {
    let chart = Chart { width: 20_000.0, height: 20_000.0, ..chart(lines(), Look::Dark) };
    assert_eq!(picture(&chart, 2.0), Err(ReportError::TooLarge { width: 40_000, height: 40_000 }));
}

/// The place of the title, at twice the size, as brightness by column: how much ink each column has.
fn ink(title: &str) -> Vec<u32> {
    let chart = Chart { title: title.into(), figure: String::new(), subtitle: String::new(), ..chart(flame(), Look::Light) };
    let picture = picture(&chart, 2.0).expect("draws");
    let at = |x: u32, y: u32| u32::from(255 - picture.rgba[((y * picture.width + x) * 4) as usize]);
    (0..picture.width).map(|x| (20..84).map(|y| at(x, y)).sum()).collect()
}

fn last_column(title: &str) -> usize {
    ink(title).iter().rposition(|column| *column > 0).expect("ink")
}

#[test]
fn bundled_fonts_draw_latin_cyrillic_greek_and_devanagari() {
    assert!(ink(" ").iter().all(|column| *column == 0));
    // Empty boxes for missing characters would be the same for words of one length.
    for [a, b] in [
        ["Memory", "Window"],
        ["Память", "Ошибка"],
        ["Μνήμη", "Χώρος"],
        ["तकनी", "समरथ"],
        ["Bill तकनी 12", "Bill समरथ 12"],
        ["₹→", "−≈"],
    ] {
        assert_ne!(ink(a), ink(b), "{a} {b}");
    }
    assert!(last_column("क्ष") < last_column("क्\u{200c}ष"), "क, virama and ष make one sign unless kept apart");
}

/// Width of a text as the drawing library lays it out.
fn drawn_width(text: &str) -> f32 {
    let options = {
        let mut options = resvg::usvg::Options::default();
        options.fontdb_mut().load_font_data(include_bytes!("../../assets/fonts/Inter-Regular.ttf").to_vec());
        options
    };
    let svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><text font-family='Inter' font-size='20.48' y='9'>{text}</text></svg>"
    );
    let tree = resvg::usvg::Tree::from_str(&svg, &options).expect("SVG");
    let resvg::usvg::Node::Group(group) = &tree.root().children()[0] else {
        let resvg::usvg::Node::Text(text) = &tree.root().children()[0] else { panic!("no text") };
        return text.bounding_box().width();
    };
    group.bounding_box().width()
}

#[test]
fn digits_are_of_one_width() {
    let one = drawn_width("1");
    assert!((one - 13.28).abs() < 0.01, "1328 units of 2048: {one}");
    for digit in "023456789".chars() {
        assert!((drawn_width(&digit.to_string()) - one).abs() < 0.001, "{digit}");
    }
}

#[test]
fn csv_has_a_row_for_each_x() {
    let a = series("a, b", 0, &[[-2.0, 1.5], [-1.0, f64::NAN], [0.0, 3.0]], false);
    let b = series("=evil()", 1, &[[-2.0, 7.0], [-0.5, 8.0]], false);
    let kind = Kind::Lines(Lines {
        series: vec![a, b],
        x: XAxis::Ago { seconds: 60.0 },
        y: Unit::Percent,
        y_max: None,
        logarithmic: false,
        limits: vec![],
    });
    let csv = String::from_utf8(export(&chart(kind, Look::Dark), Format::Csv)).expect("UTF-8");
    assert_eq!(csv, "\u{feff}time (s),\"a, b (%)\",'=evil() (%)\r\n-2,1.5,7\r\n-1,,\r\n-0.5,,8\r\n0,3,\r\n");
    let csv = String::from_utf8(export(&chart(bars(1), Look::Dark), Format::Csv)).expect("UTF-8");
    assert_eq!(csv, "\u{feff},as loaded (bytes),optimised (bytes)\r\ncolumn 0,8000000,4000000\r\n");
    let csv = String::from_utf8(export(&chart(flame(), Look::Dark), Format::Csv)).expect("UTF-8");
    assert!(csv.contains("\r\n1,0.5,0.25,gc,1 s · 10 %\r\n"), "{csv}");
}
