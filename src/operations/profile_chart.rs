//! Pictures and tables of a profile, for files.

pub use crate::profile::module;
use crate::profile::units::{is_bytes, is_time};
use crate::profile::{Flame, GroupId, NodeId};
use crate::report::theme::Look;
use crate::report::{Bar, Bars, Chart, FlameRect, Kind, Unit, format, shorten};

use super::ProfileView;

/// Width of a saved flame graph in points.
const WIDTH: f64 = 1400.0;
/// Functions in the chart of the largest.
const MOST_BARS: usize = 20;
/// Letters of a name beside a bar.
const BAR_NAME: usize = 60;

/// Number of a function's colour: that of what it belongs to (package, namespace, module), so that it is the same in every profile.
pub fn frame_color(name: &str) -> usize {
    // FNV-1a: the same on every machine and in every version, which the standard library's hash does not promise.
    let hash =
        module(name).bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (hash >> 11) as usize
}

/// The flame graph below `root`, as a chart with this title.
pub fn flame_chart(view: &ProfileView, root: NodeId, title: &str, look: Look) -> Chart {
    let mut rects = Vec::new();
    if let Some(tree) = &view.tree {
        let place = |node| {
            let total = tree.total(node);
            let all = node == NodeId::ROOT;
            let label = if all { format!("all · {}", view.show(total)) } else { view.name(tree.group(node)).to_owned() };
            let detail = if all { String::new() } else { format!("{} · {}", view.show(total), view.share(total)) };
            (label, detail, (!all).then(|| frame_color(view.name(tree.group(node)))))
        };
        let flame = Flame::new(tree, root, WIDTH as f32);
        rects.extend(flame.rects(0..u32::MAX).into_iter().map(|rect| {
            let (label, detail, color) = place(rect.node);
            let (x0, x1) = (f64::from(rect.x0) / WIDTH, f64::from(rect.x1) / WIDTH);
            FlameRect { x: x0, width: x1 - x0, depth: rect.depth, color, change: None, label, detail }
        }));
    }
    let (name, _) = view.profile.sample_type(view.sample_type);
    let subtitle = match (root, &view.tree) {
        (NodeId::ROOT, _) | (_, None) => name.to_owned(),
        (root, Some(tree)) => format!("{name} · {} in {}", view.show(tree.total(root)), shorten(view.name(tree.group(root)), 80)),
    };
    let kind = Kind::Flame(crate::report::Flame { rects });
    Chart { title: title.to_owned(), figure: view.show(view.top.total), subtitle, kind, width: WIDTH + 32.0, height: 200.0, look }
}

/// The largest functions as bars: total over self.
pub fn top_chart(view: &ProfileView, title: &str, look: Look) -> Chart {
    let (unit, scale) = chart_unit(view.unit());
    let value = |value: i64| value as f64 * scale;
    let rows = view.top.rows.iter().take(MOST_BARS).map(|row| Bar {
        label: shorten(view.name(row.group), BAR_NAME),
        before: value(row.total_value),
        after: value(row.self_value),
    });
    let bars = Bars { rows: rows.collect(), unit, names: ["total".into(), "self".into()] };
    let count = format::counted(view.top.rows.len() as u64, "function", "functions");
    let (name, _) = view.profile.sample_type(view.sample_type);
    let subtitle = format!("{name} · the first {} of {count}, by self", MOST_BARS.min(view.top.rows.len()));
    Chart {
        title: title.to_owned(),
        figure: view.show(view.top.total),
        subtitle,
        kind: Kind::Bars(bars),
        width: 900.0,
        height: 300.0,
        look,
    }
}

/// A chart's unit for a profile's, and what a value has to be multiplied with. What is neither time nor memory is a count.
fn chart_unit(unit: &str) -> (Unit, f64) {
    let lower = unit.to_lowercase();
    let starts = |short: &str, long: &str| lower == short || lower.trim_end_matches('s') == long;
    let scale = match () {
        () if starts("ns", "nanosecond") => 1e-9,
        () if starts("us", "microsecond") || lower == "µs" || lower == "μs" => 1e-6,
        () if starts("ms", "millisecond") => 1e-3,
        () if starts("kb", "kilobyte") || lower == "kib" => 1024.0,
        () if starts("mb", "megabyte") || lower == "mib" => 1_048_576.0,
        () if starts("gb", "gigabyte") || lower == "gib" => 1_073_741_824.0,
        () => 1.0,
    };
    match unit {
        unit if is_time(unit) => (Unit::Seconds, scale),
        unit if is_bytes(unit) => (Unit::Bytes, scale),
        _ => (Unit::Count, 1.0),
    }
}

/// The whole top table as CSV: a line for each function, values in the profile's own unit.
pub fn top_csv(view: &ProfileView) -> String {
    let (unit, total) = (view.unit(), view.top.total as f64 / 100.0);
    let mut csv = format!("function,file,line,self ({unit}),total ({unit}),self %,total %\r\n");
    for row in &view.top.rows {
        let line = view.line(row.group).map(|line| line.to_string()).unwrap_or_default();
        let percent = |value: i64| if total == 0.0 { 0.0 } else { value as f64 / total };
        let (own, all) = (percent(row.self_value), percent(row.total_value));
        let texts = [cell(view.name(row.group)), cell(view.file(row.group)), line];
        csv.push_str(&format!("{},{},{},{own:.4},{all:.4}\r\n", texts.join(","), row.self_value, row.total_value));
    }
    csv
}

/// A text as a cell (RFC 4180). What a spreadsheet would take for a formula is kept a text by the apostrophe that it does not show.
pub(super) fn cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    if guard.is_empty() && !text.contains([',', '"', '\n', '\r']) {
        return text.to_owned();
    }
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// Sum of what a function holds with all it calls, by who calls it and by what it calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Neighbours {
    /// Who calls it, largest first. `None` stands for nobody: it is where a stack begins.
    pub callers: Vec<(Option<GroupId>, i64)>,
    /// What it calls, largest first.
    pub callees: Vec<(GroupId, i64)>,
    /// The largest of its calls in the tree.
    pub largest: Option<NodeId>,
}

impl Neighbours {
    /// Looks at every call of `group`. Of a function that calls itself, directly or not, only the outermost call counts; the same goes for
    /// each of its callees. So callers add up to its total, callees to its total without its self.
    pub fn of(view: &ProfileView, group: GroupId) -> Self {
        let Some(tree) = &view.tree else { return Self::default() };
        let (mut callers, mut callees) = (Sums::default(), Sums::default());
        let (mut outermost_end, mut largest) = (NodeId(0), None);
        for node in (1..tree.len() as u32).map(NodeId) {
            if tree.group(node) == group && node >= outermost_end {
                outermost_end = tree.end(node);
                largest = largest.max(Some((tree.total(node).unsigned_abs(), std::cmp::Reverse(node))));
                let caller = tree.parent(node).filter(|parent| *parent != NodeId::ROOT).map(|parent| tree.group(parent));
                callers.add(caller, node, tree.end(node), tree.total(node));
            }
            let below = tree.group(node) != group
                && tree.parent(node).is_some_and(|parent| parent != NodeId::ROOT && tree.group(parent) == group);
            if below {
                callees.add(Some(tree.group(node)), node, tree.end(node), tree.total(node));
            }
        }
        let callees = callees.sorted().into_iter().filter_map(|(callee, sum)| callee.map(|callee| (callee, sum)));
        Self { callers: callers.sorted(), callees: callees.collect(), largest: largest.map(|(_, node)| node.0) }
    }
}

#[derive(Default)]
struct Sums(std::collections::HashMap<Option<GroupId>, (NodeId, i64)>);

impl Sums {
    /// Adds a node unless it lies below one that was added for the same group.
    fn add(&mut self, group: Option<GroupId>, node: NodeId, end: NodeId, value: i64) {
        let (counted_to, sum) = self.0.entry(group).or_insert((NodeId(0), 0));
        if node >= *counted_to {
            (*counted_to, *sum) = (end, sum.saturating_add(value));
        }
    }

    fn sorted(self) -> Vec<(Option<GroupId>, i64)> {
        let mut list: Vec<_> = self.0.into_iter().map(|(group, (_, sum))| (group, sum)).collect();
        list.sort_by_key(|(group, sum)| (std::cmp::Reverse(sum.unsigned_abs()), *group));
        list
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::jobs::{Cancel, Progress};
    use crate::profile::{Limits, read};

    fn view(folded: &str) -> ProfileView {
        let (cancel, progress) = (Cancel::new(), Progress::new());
        let profile = read::read(folded.as_bytes(), None, "test.folded", &cancel, &progress, &Limits::default()).expect("valid");
        ProfileView::new(Arc::new(profile), None, true, &cancel, &progress).expect("not cancelled")
    }

    fn named(view: &ProfileView, name: &str) -> GroupId {
        view.top.rows.iter().find(|row| view.name(row.group) == name).expect("there").group
    }

    #[test]
    fn the_module_is_the_package_or_namespace() {
        for (name, expected) in [
            ("runtime.mallocgc", "runtime"),
            ("encoding/json.(*Decoder).Decode", "encoding/json"),
            ("github.com/a/b.v2/c.Run", "github.com/a/b.v2/c"),
            ("serde_json::de::from_str<alloc::string::String>", "serde_json::de"),
            ("std::vector<std::string, std::allocator<std::string> >::push_back", "std"),
            ("main", "main"),
            ("java/util/HashMap.get", "java/util/HashMap"),
            ("io/vertx/core/Context:::run_[j]", "io/vertx/core/Context"),
            ("ntdll!NtWait", "ntdll"),
            ("<unknown>", "<unknown>"),
            ("(anonymous)", "(anonymous)"),
            ("__libc_start_main", "__libc_start_main"),
            ("", ""),
        ] {
            assert_eq!(module(name), expected, "{name}");
        }
    }

    #[test]
    fn callers_and_callees_add_up_even_with_recursion() {
        let view = view("main;f;f;g 2\nmain;f;h;f;h 3\nother;f 5\nf 1\n");
        let neighbours = Neighbours::of(&view, named(&view, "f"));
        let names = |list: &[(Option<GroupId>, i64)]| {
            list.iter().map(|(g, sum)| (g.map_or("-", |g| view.name(g)).to_owned(), *sum)).collect::<Vec<_>>()
        };
        assert_eq!(names(&neighbours.callers), [("main".into(), 5), ("other".into(), 5), ("-".into(), 1)]);
        let callees: Vec<_> = neighbours.callees.iter().map(|(g, sum)| (view.name(*g), *sum)).collect();
        assert_eq!(callees, [("h", 3), ("g", 2)]);
        assert_eq!(neighbours.largest.and_then(|node| view.tree.as_ref().map(|tree| tree.total(node))), Some(5));
        assert_eq!(view.top.row(named(&view, "f")).map(|row| (row.self_value, row.total_value)), Some((6, 11)));
    }

    #[test]
    fn the_table_as_csv_keeps_names_whole() {
        let view = view("main;std::map<int, int>::at 3\nmain;=cmd 1\n");
        let csv = top_csv(&view);
        let lines: Vec<_> = csv.lines().collect();
        assert_eq!(lines[0].split(',').count(), 7);
        assert_eq!(lines[1], "\"std::map<int, int>::at\",,,3,3,75.0000,75.0000");
        assert_eq!(lines[2], "\"'=cmd\",,,1,1,25.0000,25.0000");
        assert_eq!(lines[3], "main,,,0,4,0.0000,100.0000");
    }

    #[test]
    fn charts_hold_what_is_shown() {
        let view = view("main;a 3\nmain;b 1\n");
        let Kind::Flame(flame) = flame_chart(&view, NodeId::ROOT, "x.folded", Look::Dark).kind else { panic!("flame") };
        let rects: Vec<_> = flame.rects.iter().map(|rect| (rect.label.as_str(), rect.depth, rect.x, rect.width)).collect();
        assert_eq!(rects, [("all · 4", 0, 0.0, 1.0), ("main", 1, 0.0, 1.0), ("a", 2, 0.0, 0.75), ("b", 2, 0.75, 0.25)]);
        let Kind::Bars(bars) = top_chart(&view, "x.folded", Look::Dark).kind else { panic!("bars") };
        assert_eq!((bars.rows[0].label.as_str(), bars.rows[0].before, bars.rows[0].after), ("a", 3.0, 3.0));
        assert_eq!(chart_unit("nanoseconds"), (Unit::Seconds, 1e-9));
        assert_eq!(chart_unit("kilobytes"), (Unit::Bytes, 1024.0));
        assert_eq!(chart_unit("objects"), (Unit::Count, 1.0));
    }
}
