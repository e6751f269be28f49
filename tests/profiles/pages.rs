//! The SVG and the page of a profile, opened in a browser: search and zoom work there, and what they say is what the program says.
//!
//! The files and their pictures stay in the target folder's `tmp/pages` to be looked at.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::browser::Browser;
use serde_json::{Value, json};
use tachograph::jobs::{Cancel, Progress};
use tachograph::operations::{self, Asked, Change, Changes, ProfilePage, ProfileView, Shaded, Verdict};
use tachograph::profile::compare::{Options, Sides};
use tachograph::profile::units::{format_value, percent, scale};
use tachograph::profile::{GroupId, Matches, NodeId, Profile, Shape, StringId, Thread, ThreadId, Tree};
use tachograph::report::theme::Look;

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/samples/sample.pb.gz")
}

fn view(profile: Profile) -> ProfileView {
    ProfileView::new(Arc::new(profile), None, true, &Cancel::new(), &Progress::new()).expect("not cancelled")
}

fn folded(text: &str) -> ProfileView {
    view(crate::profiles::parse(text.as_bytes(), "test.folded").expect("valid"))
}

fn keep(name: &str, text: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join(name), text).expect("written");
    folder.join(name)
}

fn svg(view: &ProfileView, name: &str) -> PathBuf {
    keep(name, &operations::flame_svg(view, NodeId::ROOT, name, Look::Light, &Cancel::new()).expect("not cancelled"))
}

fn page(view: &ProfileView, name: &str, changes: Option<&Changes>) -> PathBuf {
    let made = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000);
    let about = ProfilePage { file: name, part: "", changes, calls: None, made };
    let text = operations::profile_html(view, &about, &Cancel::new(), &Progress::new()).expect("not cancelled");
    keep(&format!("{name}.html"), &text)
}

fn tree(view: &ProfileView) -> &Tree {
    view.tree.as_ref().expect("asked for")
}

/// The largest call of this name.
fn call(view: &ProfileView, tree: &Tree, name: &str) -> NodeId {
    let nodes = (1..tree.len() as u32).map(NodeId).filter(|node| view.name(tree.group(*node)) == name);
    nodes.max_by_key(|node| (tree.total(*node), std::cmp::Reverse(*node))).unwrap_or_else(|| panic!("{name} is there"))
}

/// `12.3 % in 4 functions`, by the engine.
fn found(view: &ProfileView, tree: &Tree, query: &str) -> String {
    let matches = Matches::find(&view.profile, &view.groups, query);
    let functions = if matches.count() == 1 { "1 function".to_owned() } else { format!("{} functions", matches.count()) };
    format!("{} in {functions}", view.share(matches.total(tree, NodeId::ROOT)))
}

/// The box of a row of the tree, which is the node's number as long as nothing is left out.
fn boxed(node: NodeId) -> String {
    format!("document.querySelector('[data-row=\"{}\"]')", node.0)
}

/// What a box says when the pointer is over it.
fn words(view: &ProfileView, tree: &Tree, node: NodeId) -> String {
    let (total, own) = (tree.total(node), tree.self_value(node));
    let name = view.name(tree.group(node));
    format!("{name} · {} · {} · itself {}", view.show(total), view.share(total), view.show(own))
}

fn width(browser: &mut Browser, node: NodeId) -> f64 {
    browser.eval(&format!("{}?.getBoundingClientRect().width ?? 0", boxed(node))).as_f64().expect("a width")
}

const SHARE: &str = "document.querySelector('.share, #found').textContent";
const TOLD: &str = "document.querySelector('.told, #told').textContent";
const FIELD: &str = "document.querySelector('input')";

#[test]
fn a_picture_is_searched() {
    let Some(mut browser) = Browser::start("a_picture_is_searched") else { return };
    let view = view(crate::profiles::open(&sample()));
    browser.open(&svg(&view, "search.svg"), 1280, 800);
    browser.key("f", true);
    assert_eq!(browser.eval(&format!("document.activeElement === {FIELD}")), true);
    for query in ["json", "JSON.(*DEC", "runtime", "main.load"] {
        browser.eval(&format!("{FIELD}.select()"));
        browser.type_text(query);
        assert_eq!(browser.text(SHARE), found(&view, tree(&view), query), "{query}");
        let hits = "document.querySelectorAll('.frame.hit').length > 0 && [...document.querySelectorAll('.frame.hit')].length < document.querySelectorAll('.frame').length";
        assert_eq!(browser.eval(hits), true, "{query}");
    }
    for (query, same) in
        [("/main\\.(load|store)$/", "main.load|main.store"), ("/(?i)MAIN\\.LOAD/", "main.load"), ("/^main.load/i", "main.load")]
    {
        browser.eval(&format!("{FIELD}.select()"));
        browser.type_text(query);
        let sum: i64 = same.split('|').map(|name| tree(&view).total(call(&view, tree(&view), name))).sum();
        assert!(browser.text(SHARE).starts_with(&format!("{} in ", view.share(sum))), "{query}: {}", browser.text(SHARE));
    }
    browser.eval(&format!("{FIELD}.select()"));
    browser.type_text("/(/");
    assert_eq!(browser.text(SHARE), "not a valid pattern");
    browser.key("Escape", false);
    assert_eq!((browser.text(SHARE), browser.text(&format!("{FIELD}.value"))), (String::new(), String::new()));
    assert_eq!(browser.eval("document.querySelectorAll('.frame.hit, .searched').length"), 0);
    browser.assert_quiet();
}

#[test]
fn what_is_below_another_match_counts_once() {
    let Some(mut browser) = Browser::start("what_is_below_another_match_counts_once") else { return };
    let view = folded("main;Parse;lex;parse_int 5\nmain;lex 3\nmain;Übung 2\nidle 10\n");
    browser.open(&svg(&view, "nested.svg"), 800, 400);
    browser.key("f", true);
    for (query, expected) in
        [("PARSE", "25.0 % in 2 functions"), ("lex", "40.0 % in 1 function"), ("üb", "10.0 % in 1 function"), ("x y", "not found")]
    {
        browser.eval(&format!("{FIELD}.select()"));
        browser.type_text(query);
        assert_eq!(browser.text(SHARE), expected);
    }
    browser.assert_quiet();
}

#[test]
fn a_picture_is_zoomed() {
    let Some(mut browser) = Browser::start("a_picture_is_zoomed") else { return };
    let view = view(crate::profiles::open(&sample()));
    let tree = tree(&view);
    browser.open(&svg(&view, "zoom.svg"), 1280, 800);
    let (all, load) = (width(&mut browser, NodeId::ROOT), call(&view, tree, "main.load"));
    let share = tree.total(load) as f64 / tree.total(NodeId::ROOT) as f64;
    assert!((width(&mut browser, load) - all * share).abs() < 2.0);
    browser.hover(&boxed(load));
    assert_eq!(browser.text(TOLD), words(&view, tree, load));
    // Boxes that are too narrow for all of it come when their part fills the width.
    let drawn = |browser: &mut Browser| browser.eval("document.querySelectorAll('[data-row]').length").as_u64().expect("a count");
    let before = drawn(&mut browser);
    let inside = format!(
        "[...document.querySelectorAll('[data-row]')].filter((b) => +b.dataset.row >= {} && +b.dataset.row < {}).length",
        load.0,
        tree.end(load).0
    );
    let shown = browser.eval(&inside).as_u64().expect("a count");
    browser.click(&boxed(load));
    assert!((width(&mut browser, load) - all).abs() < 1.0);
    assert!(browser.eval(&inside).as_u64() >= Some(shown));
    assert_eq!(browser.eval(&inside).as_u64(), Some(u64::from(tree.end(load).0 - load.0)), "every call below it");
    let decode = NodeId(load.0 + 1);
    browser.hover(&boxed(decode));
    let part = percent(tree.total(decode) as f64 / tree.total(load) as f64 * 100.0);
    let expected = words(&view, tree, decode).replace(" · itself", &format!(" · {part} of main.load · itself"));
    assert_eq!(browser.text(TOLD), expected);
    // A caller above leads back, then Reset and Esc.
    let caller = tree.parent(load).expect("a caller");
    browser.click(&boxed(caller));
    assert!((width(&mut browser, caller) - all).abs() < 1.0 && width(&mut browser, load) < all / 2.0);
    browser.click("document.querySelector('button')");
    assert_eq!(drawn(&mut browser), before);
    browser.click(&boxed(load));
    browser.key("Escape", false);
    assert_eq!(drawn(&mut browser), before);
    // By keyboard: from all to its largest call, and into it.
    browser.eval("document.activeElement?.blur?.()");
    for key in ["ArrowDown", "ArrowDown", "ArrowRight", "ArrowLeft", "ArrowDown"] {
        browser.key(key, false);
    }
    assert_eq!(browser.text(TOLD), words(&view, tree, NodeId(2)));
    browser.key("Enter", false);
    assert!((width(&mut browser, NodeId(2)) - all).abs() < 1.0);
    browser.resize(600, 500);
    assert!((width(&mut browser, NodeId(2)) - (600.0 - 52.0)).abs() < 2.0, "it fits the window");
    browser.assert_quiet();
}

/// Names made to break out of whatever they are put into.
const HOSTILE: [&str; 12] = [
    "</script><script>window.ran=1,alert(1)</script>",
    "]]><script>window.ran=2</script>",
    "<img src=http://127.0.0.1:9/x onerror=alert(3)>",
    "\"><svg onload=window.ran=4>",
    "' onmouseover='window.ran=5",
    "<!--<script>",
    "${window.ran=6}`",
    "javascript:window.ran=7",
    "__proto__",
    "constructor",
    "a\u{2028}b\u{202e}gpj.exe",
    "</title></style><style>*{display:none}</style>",
];

#[test]
fn hostile_names_stay_names() {
    let Some(mut browser) = Browser::start("hostile_names_stay_names") else { return };
    let text = HOSTILE.iter().fold(String::new(), |mut text, name| {
        let _ = writeln!(text, "{name};inner {}", 10);
        text
    });
    let view = folded(&text);
    let changes = changes(&view, HOSTILE[0]);
    let name = "x</script><script>window.ran=8<!script>";
    let text = operations::flame_svg(&view, NodeId::ROOT, name, Look::Dark, &Cancel::new()).expect("not cancelled");
    let about = ProfilePage { file: name, part: HOSTILE[2], changes: Some(&changes), calls: None, made: SystemTime::UNIX_EPOCH };
    let html = operations::profile_html(&view, &about, &Cancel::new(), &Progress::new()).expect("not cancelled");
    for (file, scripts) in [(keep("hostile.svg", &text), 2), (keep("hostile.html", &html), 3)] {
        browser.open(&file, 1280, 800);
        assert_eq!(browser.eval("window.ran ?? 0"), 0, "{}", file.display());
        assert_eq!(browser.eval("document.querySelectorAll('script').length"), scripts);
        assert_eq!(browser.eval("document.querySelectorAll('img, [onload], [onerror], [onmouseover]').length"), 0);
        for (at, name) in HOSTILE.iter().enumerate().filter(|(at, _)| *at != 10) {
            let node = call(&view, tree(&view), name);
            browser.hover(&boxed(node));
            assert!(browser.text(TOLD).starts_with(&format!("{name} · ")), "{at}: {}", browser.text(TOLD));
            browser.click(&boxed(node));
            browser.key("Escape", false);
        }
        browser.eval(&format!("{FIELD}.focus()"));
        browser.type_text(HOSTILE[0]);
        assert_eq!(browser.text(SHARE), found(&view, tree(&view), HOSTILE[0]));
        assert_eq!(browser.eval("window.ran ?? 0"), 0);
        browser.assert_quiet();
    }
}

#[test]
fn only_the_script_of_the_page_runs() {
    let Some(mut browser) = Browser::start("only_the_script_of_the_page_runs") else { return };
    let html = page(&folded("main;a 3\nmain;b 1\n"), "added", None);
    let text = fs::read_to_string(&html).expect("written");
    let added = "<script>window.ran=1</script><img src=x.png onerror=window.ran=2><iframe src=added.html></iframe></body>";
    browser.open(&keep("added.html", &text.replace("</body>", added)), 800, 600);
    assert_eq!(browser.eval("window.ran ?? 0"), 0);
    assert_eq!(browser.eval("document.querySelectorAll('[data-row]').length"), 4, "its own runs");
    browser.settle();
    assert!(browser.complaints.iter().any(|text| text.contains("Content Security Policy")), "{:?}", browser.complaints);
}

#[test]
fn a_stack_deeper_than_any_picture_is_walked_by_zooming() {
    let Some(mut browser) = Browser::start("a_stack_deeper_than_any_picture_is_walked_by_zooming") else { return };
    let view = folded(&format!("{}leaf 5\n", "f;".repeat(50_000)));
    for file in [svg(&view, "deep.svg"), page(&view, "deep", None)] {
        browser.open(&file, 800, 600);
        assert_eq!(browser.text("document.querySelector('.deeper').textContent"), "and 19,601 deeper levels: zoom in to see them");
        browser.click(&boxed(NodeId(399)));
        browser.hover(&boxed(NodeId(399)));
        assert!(browser.text(TOLD).starts_with("f · 5 · 100 %"));
        assert_eq!(browser.text("document.querySelector('.gap').textContent"), "… 375 calls between");
        browser.assert_quiet();
    }
}

#[test]
fn a_large_profile_stays_small_and_tells_what_it_leaves_out() {
    let mut text = String::new();
    // Wide boxes with long names of their own, values of many digits.
    for (outer, inner, leaf) in
        (0..35_u32).flat_map(|outer| (0..35_u32).flat_map(move |inner| (0..16_u32).map(move |leaf| (outer, inner, leaf))))
    {
        let name = |at: &str| format!("ns{outer}::{at}<std::vector<T{inner}, {}>>::run(int)", "A, ".repeat(20));
        let _ =
            writeln!(text, "main;{};{};{};leaf{leaf} {}", name("a"), name("b"), name("c"), 3_000_000_000_017_u64 + u64::from(leaf));
    }
    let wide = svg(&folded(&text), "wide.svg");
    let bytes = fs::metadata(&wide).expect("written").len();
    println!("wide.svg: {bytes} bytes");
    assert!(bytes < 2_000_000, "{bytes}");
    let mut text = String::new();
    for stack in 0..60_000_u32 {
        let _ = writeln!(
            text,
            "main;ns{}::work<{}>(int);ns{}::leaf{stack} {}",
            stack % 90,
            "T, ".repeat(60),
            stack % 7,
            2 + stack % 50
        );
    }
    let view = folded(&text);
    let (svg, html) = (svg(&view, "large.svg"), page(&view, "large", None));
    let size = |path: &Path| fs::metadata(path).expect("written").len();
    assert!(size(&svg) < 2_000_000, "{}", size(&svg));
    assert!(size(&html) < 4_000_000, "{}", size(&html));
    let text = fs::read_to_string(&svg).expect("written");
    let data = text.split("application/json\">").nth(1).and_then(|rest| rest.split("</script>").next()).expect("data");
    let data: Value = serde_json::from_str(data).expect("valid");
    let told = data["leftOut"].as_str().expect("told").to_owned();
    assert!(text.contains(&format!(">{}</text>", told.replace('<', "&lt;"))), "the picture tells it without a script too");
    let held = data["depth"].as_array().expect("rows").len() - 1;
    assert_eq!(data["calls"], 60_091);
    assert!((15_000..=operations::MOST_CALLS).contains(&held), "{held}");
    assert!(
        told.starts_with("The largest ") && told.contains(" of 60,091 calls; each of the others has at most <0.01 %"),
        "{told}"
    );
    // Nothing is lost from the sums: what is left out is told where it was.
    let sum = |values: &Value| values.as_array().expect("values").iter().filter_map(Value::as_i64).sum::<i64>();
    assert!(sum(&data["less"][1]) > 0);
    let Some(mut browser) = Browser::start("a_large_profile_stays_small_and_tells_what_it_leaves_out") else { return };
    browser.open(&svg, 1280, 800);
    browser.key("f", true);
    browser.type_text("ns1::");
    assert!(browser.text(SHARE).starts_with("at least "), "{}", browser.text(SHARE));
    browser.open(&html, 1280, 800);
    browser.picture(&html.with_extension("png"), false);
    browser.assert_quiet();
}

#[test]
fn figures_are_written_as_the_program_writes_them() {
    let Some(mut browser) = Browser::start("figures_are_written_as_the_program_writes_them") else { return };
    browser.open(&svg(&folded("a 1\n"), "figures.svg"), 400, 300);
    let mut values =
        vec![0_i64, 1, 7, 12, 125, 375, 999, 1_000, 1_005, 1_125, 9_995, 999_499, 999_999, 1_500_000, 4_503_599_627_370_496];
    values.extend((0..60).map(|bit| (1_i64 << bit.min(52)) * 5 / 8));
    values.extend((1..400).map(|n| n * 125 + n % 3));
    values.extend(values.clone().iter().map(|value| -value));
    for unit in ["nanoseconds", "us", "milliseconds", "seconds", "bytes", "kilobytes", "count", "cycles"] {
        let found = scale(unit);
        let data = json!({ "steps": found.steps, "factor": found.factor, "suffix": found.suffix });
        let shown = browser.eval(&format!("{}.map((value) => showValue({data}, value))", json!(values)));
        for (value, shown) in values.iter().zip(shown.as_array().expect("texts")) {
            assert_eq!(shown, &format_value(*value, unit).replacen(".00 ", " ", 1), "{value} {unit}");
        }
    }
    let shares: Vec<f64> = (0..4_000)
        .map(|n| f64::from(n * n) / 160_000.0)
        .chain([0.125, 0.375, 0.994_999, 0.995, 99.95, 99.96, 2.25, 2.35])
        .collect();
    let shown = browser.eval(&format!("{}.map(showPercent)", json!(shares)));
    for (share, shown) in shares.iter().zip(shown.as_array().expect("texts")) {
        assert_eq!(shown, &percent(*share), "{share}");
    }
    browser.assert_quiet();
}

#[test]
fn without_scripts_the_picture_and_the_tables_are_there() {
    let Some(mut browser) = Browser::start("without_scripts_the_picture_and_the_tables_are_there") else { return };
    let view = view(crate::profiles::open(&sample()));
    browser.scripts(false);
    let file = svg(&view, "still.svg");
    browser.open(&file, 1440, 800);
    // The protocol still looks at the page, though the page itself runs nothing.
    assert_eq!(browser.eval("document.querySelectorAll('[data-row], input').length"), 0);
    let text = fs::read_to_string(&file).expect("written");
    assert!(text.contains("main.load · 1.42 s · 27.2 %"));
    browser.picture(&file.with_extension("png"), false);
    let html = page(&view, "still", None);
    browser.open(&html, 1280, 800);
    assert_eq!(browser.eval("document.querySelectorAll('svg.flame .frame').length > 50"), true);
    assert_eq!(browser.eval("getComputedStyle(document.querySelector('#tree')).display"), "none");
    assert_eq!(browser.eval("document.querySelectorAll('#top tbody tr').length"), view.top.rows.len());
    browser.picture(&html.with_extension("png"), false);
    browser.assert_quiet();
}

/// Figures of a base in which `name` had half as much.
fn changes(view: &ProfileView, name: &str) -> Changes {
    let rows = view.top.rows.iter().map(|row| {
        let is_it = view.name(row.group) == name;
        let base = |value: i64| if is_it { value / 2 } else { value };
        Change {
            name: view.name(row.group).to_owned(),
            self_base: base(row.self_value),
            self_new: row.self_value,
            total_base: base(row.total_value),
            total_new: row.total_value,
            verdict: if is_it { Verdict::More } else { Verdict::WithinNoise },
            evidence: String::new(),
        }
    });
    Changes { base: "old.pb.gz".into(), summary: format!("{name} takes twice as long."), rows: rows.collect() }
}

#[test]
fn a_page_says_what_the_program_says() {
    let Some(mut browser) = Browser::start("a_page_says_what_the_program_says") else { return };
    let view = view(crate::profiles::open(&sample()));
    let html = page(&view, "sample.pb.gz", None);
    browser.open(&html, 1280, 800);
    let body = browser.text("document.body.textContent");
    for finding in view.findings() {
        assert!(body.contains(&finding.text) && body.contains(&finding.evidence), "{}", finding.text);
    }
    assert!(body.contains(&view.summary) && body.contains("523 samples in 5.13 s"));
    // The table: every figure, then sorted and searched.
    let rows = browser
        .eval("[...document.querySelectorAll('#top tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent))");
    for (row, shown) in view.top.rows.iter().zip(rows.as_array().expect("rows")) {
        let expected = [
            view.name(row.group).to_owned(),
            view.show(row.self_value),
            view.share(row.self_value),
            view.show(row.total_value),
            view.share(row.total_value),
            view.place(row.group),
        ];
        assert_eq!(
            shown.as_array().expect("cells").iter().map(|cell| cell.as_str().unwrap_or_default().trim()).collect::<Vec<_>>(),
            expected
        );
    }
    let first = "document.querySelector('#top tbody tr:not([hidden])').cells[0].textContent";
    let largest = view.top.rows.iter().map(|row| row.total_value).max().expect("rows");
    browser.click("document.querySelectorAll('#top .sort')[3]");
    assert_eq!(browser.text(&first.replace("cells[0]", "cells[3]")), view.show(largest));
    browser.click("document.querySelectorAll('#top .sort')[0]");
    let names = |least: bool| {
        let names = view.top.rows.iter().map(|row| view.name(row.group));
        if least { names.min() } else { names.max() }
    };
    assert_eq!(Some(browser.text(first).as_str()), names(true));
    browser.click("document.querySelectorAll('#top .sort')[0]");
    assert_eq!(Some(browser.text(first).as_str()), names(false));
    browser.eval("document.querySelector('.filter').focus()");
    browser.type_text("sha256");
    let hits =
        view.top.rows.iter().filter(|row| format!("{} {}", view.name(row.group), view.place(row.group)).contains("sha256")).count();
    assert_eq!(browser.text("document.querySelector('.count').textContent"), format!("{hits} of {}", view.top.rows.len()));
    assert_eq!(browser.eval("document.querySelectorAll('#top tbody tr:not([hidden])').length"), hits);
    browser.assert_quiet();
}

#[test]
fn the_flame_graph_of_a_page_answers() {
    let Some(mut browser) = Browser::start("the_flame_graph_of_a_page_answers") else { return };
    let view = view(crate::profiles::open(&sample()));
    browser.open(&page(&view, "flame", None), 1280, 800);
    browser.key("f", true);
    browser.type_text("json");
    assert_eq!(browser.text(SHARE), found(&view, tree(&view), "json"));
    let load = call(&view, tree(&view), "main.load");
    browser.click(&boxed(load));
    assert!((width(&mut browser, load) - width(&mut browser, NodeId::ROOT)).abs() < 1.0);
    browser.click("document.querySelector('#reset')");
    assert_eq!(browser.text(SHARE), "");
    // Inverted: the same figures as the engine's tree of callers, box by box.
    browser.click("document.querySelector('[data-choice=up]')");
    let up = Tree::of_shape(&view.profile, &view.groups, view.sample_type, Shape::BottomUp, &Cancel::new()).expect("not cancelled");
    let drawn = browser.eval("[...document.querySelectorAll('[data-row]')].map((b) => +b.dataset.row)");
    let drawn: Vec<u32> = drawn.as_array().expect("rows").iter().filter_map(Value::as_u64).map(|row| row as u32).collect();
    assert!(drawn.len() > 100);
    for row in drawn.iter().step_by(20).skip(1) {
        let told = browser.text(&format!(
            "(() => {{ {}.dispatchEvent(new MouseEvent('mouseover', {{ bubbles: true }})); return {TOLD}; }})()",
            boxed(NodeId(*row))
        ));
        assert_eq!(told, words(&view, &up, NodeId(*row)));
    }
    browser.eval(&format!("{FIELD}.focus()"));
    browser.type_text("json");
    assert_eq!(browser.text(SHARE), found(&view, &up, "json"), "inverted");
    browser.assert_quiet();
}

#[test]
fn the_call_tree_of_a_page_opens_and_closes() {
    let Some(mut browser) = Browser::start("the_call_tree_of_a_page_opens_and_closes") else { return };
    let view = view(crate::profiles::open(&sample()));
    let tree = tree(&view);
    browser.open(&page(&view, "tree", None), 1280, 800);
    let shown = "[...document.querySelectorAll('[data-call]')].map((line) => +line.dataset.call)";
    let calls = |value: Value| {
        value.as_array().expect("rows").iter().filter_map(Value::as_u64).map(|row| NodeId(row as u32)).collect::<Vec<_>>()
    };
    let hot = calls(browser.eval(shown));
    assert!(hot.contains(&NodeId(5)), "the hot path is open");
    for node in &hot[1..] {
        let line = browser
            .eval(&format!("[...document.querySelector('[data-call=\"{}\"]').children].map((part) => part.textContent)", node.0));
        let expected = [view.show(tree.total(*node)), view.share(tree.total(*node)), view.show(tree.self_value(*node))];
        assert!(line[0].as_str().is_some_and(|name| name.ends_with(view.name(tree.group(*node)))), "{line}");
        assert_eq!([&line[1], &line[2], &line[3]].map(|part| part.as_str().unwrap_or_default().to_owned()), expected);
    }
    browser.click("document.querySelector('#fold')");
    let top: Vec<NodeId> = tree.children(NodeId::ROOT).collect();
    assert_eq!(calls(browser.eval(shown))[1..], top);
    browser.click("document.querySelector('[data-call=\"1\"]')");
    assert_eq!(calls(browser.eval(shown))[2..], [tree.children(NodeId(1)).collect::<Vec<_>>(), top[1..].to_vec()].concat());
    browser.key("ArrowLeft", false);
    assert_eq!(calls(browser.eval(shown))[1..], top);
    for key in ["ArrowRight", "ArrowDown", "ArrowRight"] {
        browser.key(key, false);
    }
    assert_eq!(browser.text("document.activeElement.dataset.call"), "2");
    assert_eq!(
        calls(browser.eval(shown)).len(),
        1 + top.len() + tree.children(NodeId(1)).count() + tree.children(NodeId(2)).count()
    );
    browser.assert_quiet();
}

#[test]
fn a_comparison_is_told() {
    let Some(mut browser) = Browser::start("a_comparison_is_told") else { return };
    let view = view(crate::profiles::open(&sample()));
    let changed = "main.load";
    let html = page(&view, "changes", Some(&changes(&view, changed)));
    browser.open(&html, 1280, 800);
    let row = browser.eval(&format!(
        "[...document.querySelectorAll('#changes tbody tr')].find((row) => row.cells[0].textContent === '{changed}').textContent"
    ));
    let row = row.as_str().expect("there");
    assert!(row.contains("+100 %") && row.contains("more than before"), "{row}");
    let fill = |browser: &mut Browser, node: NodeId| {
        browser.text(&format!("getComputedStyle({}.querySelector('rect')).fill", boxed(node)))
    };
    let (load, store) = (call(&view, tree(&view), changed), call(&view, tree(&view), "main.store"));
    assert_ne!(fill(&mut browser, load), fill(&mut browser, store));
    assert_eq!(fill(&mut browser, store), fill(&mut browser, NodeId::ROOT), "as before");
    browser.picture(&html.with_extension("light.png"), false);
    browser.dark(true);
    browser.picture(&html.with_extension("dark.png"), false);
    browser.click("document.querySelector('[data-choice=by-module]')");
    assert_eq!(fill(&mut browser, load), fill(&mut browser, store), "one module");
    browser.assert_quiet();
}

#[test]
fn each_call_of_a_comparison_has_its_own_colour() {
    let Some(mut browser) = Browser::start("each_call_of_a_comparison_has_its_own_colour") else { return };
    let view = folded("main;a;f 40\nmain;b;f 40\nmain;gone 20\n");
    let down = tree(&view);
    let up = Tree::of_shape(&view.profile, &view.groups, view.sample_type, Shape::BottomUp, &Cancel::new()).expect("not cancelled");
    let path = |node: NodeId| down.path(node).iter().skip(1).map(|node| view.name(down.group(*node))).collect::<Vec<_>>().join(";");
    let shade = |node: NodeId| match path(node).as_str() {
        "main;a;f" | "main;a" => 0.6,
        "main;gone" => -1.0,
        _ => 0.0,
    };
    let calls =
        Some([Shaded { tree: down, shade: &shade, difference: &|_| 3 }, Shaded { tree: &up, shade: &|_| 0.2, difference: &|_| 0 }]);
    let about = ProfilePage { file: "both", part: "", changes: None, calls, made: SystemTime::UNIX_EPOCH };
    let html = operations::profile_html(&view, &about, &Cancel::new(), &Progress::new()).expect("not cancelled");
    browser.open(&keep("both.html", &html), 1280, 800);
    let kinds = "[...document.querySelectorAll('[data-row]')].map((box) => box.getAttribute('class').split(' ').pop())";
    assert_eq!(browser.eval(kinds), json!(["same", "same", "m3", "m3", "same", "same", "l3"]));
    browser.click("document.querySelector('[data-choice=up]')");
    assert_eq!(browser.eval(kinds), json!(["m2", "m2", "m2", "m2", "m2", "m2", "m2", "m2"]));
    browser.assert_quiet();
}

#[test]
fn the_graph_of_a_comparison_tells_how_each_call_changed() {
    let Some(mut browser) = Browser::start("the_graph_of_a_comparison_tells_how_each_call_changed") else { return };
    let side = |text: &str| Arc::new(crate::profiles::parse(text.as_bytes(), "side.folded").expect("folded stacks"));
    let sides = Sides::pair(side("main;a;f 40\nmain;b 40\nmain;new 20\n"), side("main;a;f 10\nmain;b 40\nmain;gone 70\n"));
    let (cancel, progress) = (Cancel::new(), Progress::new());
    let whole = operations::compare_profiles(&sides, Options::default(), &cancel, &progress).expect("comparable");
    let (compared, view) = whole.asked(&Asked::default(), &cancel, &progress).expect("all of it");
    let (_, svg) =
        operations::comparison_flame(&compared, &view, ["new", "old"], Look::Light, &cancel).expect("figures of one file");
    browser.open(&keep("compared.svg", &svg), 1280, 800);
    let boxes = "[...document.querySelectorAll('[data-row]')].map((box) => box.getAttribute('class').split(' ').pop())";
    // From the left: all, main; a and f grew fourfold, b is as it was, what is new, what is gone has no box.
    assert_eq!(browser.eval(boxes), json!(["l2", "l2", "m3", "m3", "same", "m3"]));
    browser.key("ArrowDown", false);
    browser.key("ArrowDown", false);
    browser.key("ArrowDown", false);
    assert_eq!(browser.text(TOLD), "a · 40 · 40.0 % · itself 0 · 30 more than before");
    browser.assert_quiet();
}

#[test]
fn pages_of_real_files_are_quiet() {
    let Some(mut browser) = Browser::start("pages_of_real_files_are_quiet") else { return };
    let shared = ["vertx.folded", "gobench.heap", "rust-mangled.perf.txt", "callgrind-multi.out", "sucrase.cpuprofile"];
    let files = shared.iter().filter_map(|name| crate::profiles::shared(name)).chain([sample()]);
    for file in files {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).expect("a name");
        let view = view(crate::profiles::open(&file));
        let (picture, html) = (svg(&view, &format!("{name}.svg")), page(&view, &name, None));
        let size = |path: &Path| fs::metadata(path).expect("written").len();
        println!("{name}: svg {} bytes, html {} bytes, {} calls", size(&picture), size(&html), tree(&view).len() - 1);
        browser.open(&picture, 1280, 800);
        browser.picture(&picture.with_extension("svg.png"), false);
        browser.dark(false);
        browser.open(&html, 1280, 800);
        browser.picture(&html.with_extension("light.png"), false);
        browser.dark(true);
        browser.picture(&html.with_extension("dark.png"), true);
        browser.resize(390, 800);
        browser.picture(&html.with_extension("narrow.png"), true);
        browser.assert_quiet();
    }
}

#[test]
fn threads_are_told_largest_first() {
    let Some(mut browser) = Browser::start("threads_are_told_largest_first") else { return };
    let mut profile = crate::profiles::parse(b"main;a 10\nmain;b 30\nmain;c 2\n", "threads.folded").expect("valid");
    let named = |name| Thread { name, ..Thread::default() };
    profile.threads = vec![named(StringId(0)), named(StringId(1)), named(StringId(2))];
    profile.samples.thread = vec![ThreadId(2), ThreadId(1), ThreadId(0)];
    let names = [1, 2, 0].map(|id| profile.strings.get(StringId(id)).to_owned());
    browser.open(&page(&view(profile), "threads", None), 1280, 800);
    let rows = browser
        .eval("[...document.querySelectorAll('#threads tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent))");
    let name = |at: usize| if names[at].is_empty() { "(no name)" } else { &names[at] };
    assert_eq!(rows, json!([[name(0), "30", "71.4 %"], [name(1), "10", "23.8 %"], [name(2), "2", "4.8 %"]]));
    browser.assert_quiet();
}

#[test]
fn json_has_the_fields_it_promises() {
    let view = view(crate::profiles::open(&sample()));
    let all = operations::profile_json(&view, "sample.pb.gz", 0, None);
    let fields = [
        "duration_seconds",
        "file",
        "filters",
        "findings",
        "format",
        "functions",
        "grouping",
        "in_sight",
        "sample_type",
        "sample_types",
        "samples",
        "threads",
        "total",
        "unit",
        "warnings",
    ];
    assert_eq!(all.as_object().expect("an object").keys().collect::<Vec<_>>(), fields);
    assert_eq!(all["functions"].as_array().map(Vec::len), Some(view.top.rows.len()));
    assert_eq!(
        (&all["file"], &all["total"], &all["unit"]),
        (&json!("sample.pb.gz"), &json!(view.top.total), &json!("nanoseconds"))
    );
    let changed = view.name(GroupId(view.top.rows[0].group.0)).to_owned();
    let few = operations::profile_json(&view, "x", 3, Some(&changes(&view, &changed)));
    let first = &few["functions"][0];
    let fields = [
        "file",
        "line",
        "name",
        "self",
        "self_base",
        "self_change_percent",
        "self_percent",
        "total",
        "total_base",
        "total_change_percent",
        "total_percent",
    ];
    assert_eq!(first.as_object().expect("an object").keys().collect::<Vec<_>>(), fields);
    assert_eq!((&first["self_change_percent"], few["functions"].as_array().map(Vec::len)), (&json!(100.0), Some(3)));
}
