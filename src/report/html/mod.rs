//! Pages of one file that can be mailed: nothing that is fetched from elsewhere, in both looks, ready to be printed. Most run no script; a
//! page on a profile runs one, which is named by its hash, so that nothing else can run.
//!
//! [`Html`] writes elements. Whatever is handed to it as text comes out as text: there is no way to hand it markup, save for the charts of
//! this part.

mod policy;
mod style;

use super::chart::{Chart, Flame};
use super::svg::{FLAME_SCRIPT, FlameTree};
use super::syntax::{Language, Piece, pieces};
use super::text::{escape, shorten};
use super::theme::Look;
use super::{Format, ReportError};

/// Letters of a page's title.
const TITLE_LETTERS: usize = 200;

/// A page being written.
#[derive(Debug)]
pub struct Html {
    out: String,
}

/// An element's attributes: names, and values as they are meant.
pub type Attributes<'a> = &'a [(&'static str, &'a str)];

impl Html {
    /// A whole page with this title; `body` fills it.
    pub fn page(title: &str, body: impl FnOnce(&mut Self)) -> String {
        // Whatever might be wrong with this page: it runs nothing and fetches nothing.
        let policy = "default-src 'none'; style-src 'unsafe-inline'";
        Self::framed(title, policy, &style::sheet(), "", body)
    }

    /// A whole page on a profile, which answers clicks; `body` fills it. It runs its one script and nothing else.
    pub fn profile_page(title: &str, body: impl FnOnce(&mut Self)) -> String {
        // The browser hashes the script with line ends of one letter, whichever this file was checked out with.
        let script = [FLAME_SCRIPT, include_str!("profile.js")].concat().replace('\r', "");
        Self::framed(title, &policy::only(&script), &(style::sheet() + &style::profile()), &script, body)
    }

    fn framed(title: &str, policy: &str, style: &str, script: &str, body: impl FnOnce(&mut Self)) -> String {
        let mut html = Self { out: String::from("<!DOCTYPE html>\n") };
        html.node("html", &[("lang", "en")], |html| {
            html.node("head", &[], |html| {
                html.void("meta", &[("charset", "utf-8")]);
                html.void("meta", &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")]);
                html.void("meta", &[("name", "color-scheme"), ("content", "light dark")]);
                html.void("meta", &[("http-equiv", "Content-Security-Policy"), ("content", policy)]);
                html.element("title", &[], &shorten(title, TITLE_LETTERS));
                html.out.push_str(&format!("<style>\n{style}</style>\n"));
            });
            html.node("body", &[], |html| {
                html.node("main", &[], body);
                if !script.is_empty() {
                    html.out.push_str(&format!("<script>{script}</script>\n"));
                }
            });
        });
        html.out
    }

    /// An element with what `content` writes into it.
    pub fn node(&mut self, tag: &'static str, attributes: Attributes<'_>, content: impl FnOnce(&mut Self)) {
        self.open(tag, attributes);
        content(self);
        self.out.push_str(&format!("</{tag}>"));
        if !is_inline(tag) {
            self.out.push('\n');
        }
    }

    /// An element with this text in it.
    pub fn element(&mut self, tag: &'static str, attributes: Attributes<'_>, text: &str) {
        self.node(tag, attributes, |html| html.text(text));
    }

    /// Text of this program.
    pub fn text(&mut self, text: &str) {
        self.out.push_str(&escape(text));
    }

    /// Text from a file, such as the name of a column: what is written from right to left turns nothing beside it round. Cut after
    /// `most` letters.
    pub fn foreign(&mut self, text: &str, most: usize) {
        self.element("bdi", &[], &shorten(text, most));
    }

    /// A chart, drawn in both looks, of which the page shows one. It takes the width there is.
    ///
    /// # Errors
    /// When it cannot be drawn.
    pub fn chart(&mut self, draw: impl Fn(Look) -> Chart) -> Result<(), ReportError> {
        for (look, class) in [(Look::Light, "chart for-light"), (Look::Dark, "chart for-dark")] {
            let svg = Format::Svg.exporter().export(&draw(look))?;
            self.open("div", &[("class", class)]);
            self.out.push_str(&String::from_utf8_lossy(&svg));
            self.out.push_str("</div>\n");
        }
        Ok(())
    }

    /// A flame graph's boxes, coloured by the page's style; the script of [`Self::profile_page`] draws its own in their place.
    pub fn flame(&mut self, boxes: &Flame) {
        self.out.push_str(&super::svg::picture(boxes, 1000.0));
    }

    /// The calls of a flame graph for the script of [`Self::profile_page`].
    pub fn calls(&mut self, id: &'static str, tree: &FlameTree) {
        self.out.push_str(&format!("<script type=\"application/json\" id=\"{id}\">{}</script>\n", tree.json()));
    }

    /// Code in colours; its lines stay as they are.
    pub fn code(&mut self, code: &str, language: Language) {
        self.out.push_str("<pre dir=\"ltr\"><code>");
        for (piece, range) in pieces(code, language) {
            let text = code.get(range).unwrap_or_default();
            match class(piece) {
                "" => self.lines(text),
                class => {
                    self.open("span", &[("class", class)]);
                    self.lines(text);
                    self.out.push_str("</span>");
                }
            }
        }
        self.out.push_str("</code></pre>\n");
    }

    /// A bar as long as `share` (0 to 1) of the room there is.
    pub fn bar(&mut self, class: &'static str, share: f64) {
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        self.out.push_str(&format!(
            "<div class=\"track\"><div class=\"bar {class}\" style=\"width:{:.2}%\"></div></div>\n",
            share * 100.0
        ));
    }

    fn open(&mut self, tag: &'static str, attributes: Attributes<'_>) {
        self.out.push('<');
        self.out.push_str(tag);
        for (name, value) in attributes {
            self.out.push_str(&format!(" {name}=\"{}\"", escape(value)));
        }
        self.out.push('>');
    }

    /// An element that holds nothing, such as a field.
    pub fn void(&mut self, tag: &'static str, attributes: Attributes<'_>) {
        self.open(tag, attributes);
        self.out.push('\n');
    }

    /// Text of which ends of lines and blanks stay.
    fn lines(&mut self, text: &str) {
        for (at, line) in text.split('\n').enumerate() {
            if at > 0 {
                self.out.push('\n');
            }
            // Blanks in a row are one to `escape`.
            for (at, words) in line.split(' ').enumerate() {
                if at > 0 {
                    self.out.push(' ');
                }
                self.out.push_str(&escape(words));
            }
        }
    }
}

fn class(piece: Piece) -> &'static str {
    match piece {
        Piece::Comment => "c",
        Piece::Keyword => "k",
        Piece::Text => "s",
        Piece::Number => "n",
        Piece::Call | Piece::Plain => "",
    }
}

/// Elements inside of a line: a line end after them would be a blank.
fn is_inline(tag: &str) -> bool {
    matches!(tag, "a" | "bdi" | "b" | "button" | "code" | "em" | "small" | "span" | "strong" | "td" | "th")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Html)) -> String {
        let mut html = Html { out: String::new() };
        write(&mut html);
        html.out
    }

    #[test]
    fn whatever_is_handed_over_comes_out_as_text() {
        assert_eq!(
            written(|html| html.element("p", &[("title", "\"><script>")], "</p><script>alert('1')</script> & \u{0}")),
            "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;/p&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; \u{fffd}</p>\n"
        );
        assert_eq!(written(|html| html.foreign("שלום\u{202e}", 20)), "<bdi>שלום\u{fffd}</bdi>");
        let bar = "<div class=\"track\"><div class=\"bar good\" style=\"width:0.00%\"></div></div>\n";
        assert_eq!(written(|html| html.bar("good", f64::NAN)), bar);
    }

    #[test]
    fn code_keeps_its_lines_and_is_no_markup() {
        assert_eq!(
            written(|html| html.code("import a\n\n    x = \"</code><b>\"  # &\n", Language::Python)),
            "<pre dir=\"ltr\"><code><span class=\"k\">import</span> a\n\n    x = <span class=\"s\">&quot;&lt;/code&gt;&lt;b&gt;&quot;</span>  <span class=\"c\"># &amp;</span>\n</code></pre>\n"
        );
    }

    #[test]
    fn a_page_runs_nothing_and_fetches_nothing() {
        let page = Html::page("a </title><script>", |html| html.element("p", &[], "x"));
        assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"), "{page}");
        assert!(page.contains("<title>a &lt;/title&gt;&lt;script&gt;</title>"));
        for forbidden in ["<script", "http://", "https://", "url(", "@import", "<link"] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
        assert!(page.trim_end().ends_with("<main><p>x</p>\n</main>\n</body>\n</html>"), "{page}");
    }
}
