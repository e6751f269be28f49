//! The Data tab.

use std::path::Path;
use std::time::Instant;

use tachograph::app::Command;
use tachograph::app::tabs::data::{DataCommand, FindCommand, Key, paint};
use tachograph::data::{self, Needle, Options};
use tachograph::jobs::{Cancel, Progress};

use super::Window;

fn send(window: &Window, command: DataCommand) {
    window.send(Command::Data(command));
}

/// Frames of the open table.
pub fn measure(window: &mut Window, frames: usize) {
    let title = paint::title(&window.app.state().data);
    assert!(title.contains(" rows"), "the table is not in sight: {title}");
    println!("{title}");
    window.measure("at rest", frames, |_, _| ());
    window.measure("preview: wheel", frames, |window, _| window.wheel(-120.0));
    window.measure("preview: far leaps", frames, |window, _| window.wheel(-2_000_000.0));
    let keys = [Key::Name, Key::Before, Key::After, Key::Saving, Key::Place];
    window.measure("columns: sort", frames, |window, frame| send(window, DataCommand::SortBy(keys[frame % keys.len()])));
    let filters = ["", "b", "bi", "bil", "bill", "bi", "b"];
    window.measure("columns: filter", frames, |window, frame| {
        send(window, DataCommand::Filter(filters[frame % filters.len()].to_owned()));
    });
    send(window, DataCommand::Filter(String::new()));
    send(window, DataCommand::Find(FindCommand::Open));
    let typed = ["r", "ro", "roa", "road", "roa", "ro"];
    window.measure("find: typing", frames, |window, frame| {
        send(window, DataCommand::Find(FindCommand::Text(typed[frame % typed.len()].to_owned())));
    });
    window.settle("the search");
    window.measure("find: marked, wheel", frames, |window, _| window.wheel(120.0));
}

/// How long the jobs behind the panel and the field take, by the clock.
pub fn jobs(path: &Path) {
    let (options, cancel, progress) = (Options::default(), Cancel::new(), Progress::new());
    let table = data::optimise(path, &options, &cancel, &progress).expect("the table opens");
    let timed = |work: &dyn Fn()| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64() * 1e3
    };
    let figures =
        |column: usize| drop(data::column_stats(&table, column, options.threads, &cancel, &progress).expect("not cancelled"));
    let columns = table.report.columns.iter().enumerate();
    let slowest = columns.map(|(at, column)| (timed(&|| figures(at)), &column.name)).max_by(|a, b| a.0.total_cmp(&b.0));
    if let Some((ms, name)) = slowest {
        println!("figures of the slowest column, {name}, {} rows: {ms:.0} ms", table.rows());
    }
    for text in ["road", "31", "nowhere"] {
        let needle = Needle::new(text, false).expect("something");
        let ms = timed(&|| drop(data::find(&table, &needle, None, options.threads, &cancel, &progress).expect("not cancelled")));
        println!("finding “{text}” in all columns: {ms:.0} ms");
    }
}
