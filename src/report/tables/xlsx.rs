//! Tables as a workbook of Excel, which opens it in every country: numbers are numbers, and words
//! are words, never formulas.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

/// Most rows of a sheet.
pub const MOST_ROWS: usize = 1_048_576;
/// Most letters of a cell.
const MOST_LETTERS: usize = 32_767;

/// A sheet: its name, and its rows, of which the first has the heads.
pub type Sheet = (String, Vec<Vec<String>>);

/// A workbook with these sheets, and one before them that says whence they come. The same tables
/// give the same bytes: it holds no time but a fixed one.
///
/// # Errors
/// If a name can't be that of a sheet, or a table has too many rows.
pub fn workbook(sheets: &[Sheet], about: &[(String, String)]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let properties = DocProperties::new()
        .set_author(format!("simulate {}", env!("CARGO_PKG_VERSION")))
        .set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
    book.set_properties(&properties);
    let bold = Format::new().set_bold();
    let sheet = book.add_worksheet();
    sheet.set_name("about")?;
    sheet.set_column_width(0, 24)?.set_column_width(1, 90)?;
    for (row, (what, value)) in (0..).zip(about) {
        sheet.write_string_with_format(row, 0, what, &bold)?;
        sheet.write_string(row, 1, cut(value))?;
    }
    for (name, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(named(name))?.set_freeze_panes(1, 0)?;
        for (row, cells) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(cells) {
                match cell.parse::<f64>() {
                    _ if cell.is_empty() => {}
                    _ if row == 0 => {
                        sheet.write_string_with_format(row, column, cut(cell), &bold)?;
                    }
                    Ok(number) if number.is_finite() => {
                        sheet.write_number(row, column, number)?;
                    }
                    _ => {
                        sheet.write_string(row, column, cut(cell))?;
                    }
                }
            }
        }
        for column in (0..).take(rows.first().map_or(0, Vec::len)) {
            sheet.set_column_width(column, 16)?;
        }
    }
    book.save_to_buffer()
}

/// As much of a text as a cell holds.
fn cut(text: &str) -> &str {
    match text.char_indices().nth(MOST_LETTERS) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

/// As much of a name as a sheet's may have.
fn named(name: &str) -> String {
    name.chars().take(31).collect()
}
