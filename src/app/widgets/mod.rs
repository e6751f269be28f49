//! Parts that all tabs are made of. Each gives its interactive pieces an accessible name, so that screen readers and tests find them by it, and
//! shows the keyboard's focus. They draw and report; none of them keeps or changes state.

mod bars;
mod button;
mod card;
mod clickable;
mod empty;
mod failure;
mod finding;
mod layout;
mod plot;
mod progress;
mod question;
mod search;
mod segmented;
mod stats;
mod table;
mod toggle;

pub use bars::{before_after, meter};
pub use button::{button, icon_button, icon_menu, is_menu_open, link, menu_item, primary, small_button};
pub use card::Card;
pub use clickable::{clickable, outline};
pub use empty::{EmptyChoice, EmptyState};
pub use failure::{FailureChoice, failure_panel};
pub use finding::{Tone, finding};
pub use layout::{columns, focus_ring, page, row_rects};
pub use plot::{PlotAxes, filled_line, pointed_at, time_plot};
pub use progress::progress_words;
pub use question::{Answer, Question, dialog_frame};
pub use search::search;
pub use segmented::segmented;
pub use stats::stat_row;
pub use table::{HEADER_HEIGHT, ROW_HEIGHT, Sort, header, left, opener, right};
pub use toggle::toggle;
