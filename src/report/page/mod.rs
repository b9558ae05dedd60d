//! `index.html`: results as one page that opens from disk, without a network or a script.
//!
//! Everything is in the one file: the style, and the pictures as data. Every text that comes
//! from a scenario is escaped, and the page's own policy forbids it to load anything.

mod experiment;
mod explore;
mod run;
mod words;

pub use experiment::{ExperimentPage, Shown, experiment_fragment, experiment_page};
pub use explore::{Choice, ExplorePage, MOST_BYTES, Switch, explore_page};
pub use run::{RunPage, run_fragment, run_page};
pub use words::{of_comparison, of_history, of_sensitivity, of_sweep};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::foreign::html;

const STYLE: &str = include_str!("style.css");

/// A page in the making.
#[derive(Debug)]
pub struct Page {
    title: String,
    lead: String,
    sections: Vec<(String, String)>,
    body: String,
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub enum Column {
    /// Words, at the left.
    Words(&'static str),
    /// Figures, at the right.
    Figures(&'static str),
    /// Keys and values of the scenario, in its own type.
    Code(&'static str),
}

impl Column {
    fn head(self) -> &'static str {
        match self {
            Self::Words(head) | Self::Figures(head) | Self::Code(head) => head,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Figures(_) => " class=\"number\"",
            Self::Words(_) | Self::Code(_) => "",
        }
    }
}

impl Page {
    /// A page with a title and what stands below it; blank lines part paragraphs.
    pub fn new(title: &str, lead: &str) -> Self {
        Self {
            title: title.to_owned(),
            lead: lead.to_owned(),
            sections: Vec::new(),
            body: String::new(),
        }
    }

    /// Begins a section.
    pub fn section(&mut self, id: &str, heading: &str) {
        self.sections.push((id.to_owned(), heading.to_owned()));
        let heading = html(heading);
        self.body += &format!("<h2 id=\"{id}\">{heading}</h2>\n");
    }

    /// Paragraphs, parted by blank lines.
    pub fn text(&mut self, text: &str) {
        self.body += &paragraphs(text, "");
    }

    /// A paragraph in small type.
    pub fn note(&mut self, text: &str) {
        self.body += &paragraphs(text, " class=\"note\"");
    }

    /// Text as a terminal shows it.
    pub fn terminal(&mut self, text: &str) {
        // What scrolls must be reachable by keyboard.
        let text = html(text);
        self.body += &format!("<pre tabindex=\"0\">{text}</pre>\n");
    }

    /// A list of texts.
    pub fn list(&mut self, items: &[String]) {
        let items: String = items
            .iter()
            .map(|item| format!("<li>{}</li>\n", html(item)))
            .collect();
        self.body += &format!("<ul>\n{items}</ul>\n");
    }

    /// Links to files beside the page.
    pub fn files(&mut self, names: &[String]) {
        let items: String = names
            .iter()
            .map(|name| format!("<li><a href=\"{0}\">{0}</a></li>\n", html(name)))
            .collect();
        self.body += &format!("<ul>\n{items}</ul>\n");
    }

    /// A picture: `words` say what it shows to who can't see it, `caption` how to read it.
    pub fn picture(&mut self, png: &[u8], words: &str, caption: &str) {
        let (width, height) = size(png);
        self.body += &format!(
            "<figure>\n<img src=\"data:image/png;base64,{}\" width=\"{width}\" height=\"{height}\" alt=\"{}\">\n<figcaption>{}</figcaption>\n</figure>\n",
            STANDARD.encode(png),
            html(words),
            html(caption)
        );
    }

    /// A table; the first cell of a row is its head.
    pub fn table(&mut self, caption: &str, columns: &[Column], rows: &[Vec<String>]) {
        let head: String = columns
            .iter()
            .map(|c| format!("<th scope=\"col\"{}>{}</th>", c.class(), html(c.head())))
            .collect();
        let row = |cells: &Vec<String>| -> String {
            let cells = cells.iter().zip(columns).enumerate();
            let cells: String = cells
                .map(|(k, (cell, column))| {
                    let text = match column {
                        Column::Code(_) => format!("<code>{}</code>", html(cell)),
                        _ => html(cell),
                    };
                    match k {
                        0 => format!("<th scope=\"row\">{text}</th>"),
                        _ => format!("<td{}>{text}</td>", column.class()),
                    }
                })
                .collect();
            format!("<tr>{cells}</tr>\n")
        };
        let rows: String = rows.iter().map(row).collect();
        let caption = html(caption);
        self.body += &format!(
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\"><table>\n<caption>{caption}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n"
        );
    }

    /// Puts what `inside` adds behind a line that opens it.
    pub fn folded(&mut self, summary: &str, inside: impl FnOnce(&mut Self)) {
        let summary = html(summary);
        self.body += &format!("<details>\n<summary>{summary}</summary>\n");
        inside(self);
        self.body += "</details>\n";
    }

    /// What the page would hold, to stand in another one: a notebook's.
    pub fn fragment(self) -> String {
        let title = html(&self.title);
        let body = self.body;
        format!(
            "<div class=\"simulate\">\n<style>.simulate img {{ max-width: 100%; height: auto }}</style>\n<h4>{title}</h4>\n{body}</div>\n"
        )
    }

    /// The whole page.
    pub fn finish(self) -> String {
        let title = html(&self.title);
        let links: String = self
            .sections
            .iter()
            .map(|(id, heading)| format!("<li><a href=\"#{id}\">{}</a></li>\n", html(heading)))
            .collect();
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n\
             <meta name=\"generator\" content=\"simulate {version}\">\n<link rel=\"icon\" href=\"data:,\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n{lead}</header>\n\
             <nav aria-label=\"Contents\">\n<ul>\n{links}</ul>\n</nav>\n<main>\n{body}</main>\n</body>\n</html>\n",
            version = env!("CARGO_PKG_VERSION"),
            lead = paragraphs(&self.lead, " class=\"lead\""),
            body = self.body,
        )
    }
}

/// The first rows of a table, for a notebook; so many are left out.
pub fn table_fragment(
    caption: &str,
    columns: &[String],
    rows: &[Vec<String>],
    left_out: usize,
) -> String {
    let head: String = columns
        .iter()
        .map(|name| format!("<th scope=\"col\">{}</th>", html(name)))
        .collect();
    let row = |cells: &Vec<String>| -> String {
        let cells = cells.iter();
        let cells: String = cells
            .map(|cell| format!("<td>{}</td>", html(cell)))
            .collect();
        format!("<tr>{cells}</tr>\n")
    };
    let rows: String = rows.iter().map(row).collect();
    let more = match left_out {
        0 => String::new(),
        more => format!("<p>and {more} more rows</p>\n"),
    };
    format!(
        "<div class=\"simulate\"><table>\n<caption>{}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n{more}</div>\n",
        html(caption)
    )
}

fn paragraphs(text: &str, class: &str) -> String {
    text.split("\n\n")
        .map(str::trim)
        .filter(|p| !p.is_empty())
        .map(|p| format!("<p{class}>{}</p>\n", html(p)))
        .collect()
}

/// Width and height of a PNG, from its header.
fn size(png: &[u8]) -> (u32, u32) {
    let word = |at: usize| {
        png.get(at..at + 4)
            .and_then(|bytes| bytes.try_into().ok())
            .map_or(0, u32::from_be_bytes)
    };
    (word(16), word(20))
}
