//! Rows of a file: CSV whose first line names the columns, or JSON objects with the same members, in a list or one after the
//! other. Whatever is said of a row names its line.

use std::collections::BTreeMap;

use serde_json::Map;
use serde_json::Value;

use super::Mistake;

/// What is wrong with a text that no database keeps.
pub const NO_CHARACTER: &str = "U+0000 is no character; take it out";

/// The columns of a file.
pub struct Columns {
    /// Those without which it says nothing.
    pub needed: &'static [&'static str],
    /// Those that may be missing.
    pub others: &'static [&'static str],
}

/// A row: no field of it is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line where it begins, from 1.
    pub line: u64,
    fields: BTreeMap<String, String>,
}

impl Row {
    /// What stands in a column.
    pub fn cell(&self, column: &str) -> Option<&str> {
        self.fields.get(column).map(String::as_str)
    }

    /// What must stand in a column.
    pub fn need(&self, column: &str) -> Result<&str, Mistake> {
        self.cell(column).ok_or_else(|| Mistake::at(self.line, format!("{column}: is missing; fill it in")))
    }
}

impl Columns {
    /// Reads all rows of a file.
    pub fn read(&self, bytes: &[u8]) -> Result<Vec<Row>, Vec<Mistake>> {
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let line = 1 + newlines(bytes.get(..error.valid_up_to()).unwrap_or_default());
            vec![Mistake::at(line, "is not UTF-8; save the file as UTF-8")]
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text); // what some programs put before UTF-8
        let rows = match text.trim_start().bytes().next() {
            None => return Err(vec![Mistake::at(1, format!("the file is empty; {}", self.expected()))]),
            Some(b'{' | b'[') => self.objects(text),
            Some(_) => self.table(text),
        }?;
        if rows.is_empty() {
            return Err(vec![Mistake::at(1, "the file has no rows; nothing would be done")]);
        }
        let odd = rows.iter().filter(|row| row.fields.values().any(|text| text.contains('\0')));
        let mistakes: Vec<Mistake> = odd.map(|row| Mistake::at(row.line, NO_CHARACTER)).collect();
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        Ok(rows)
    }

    fn expected(&self) -> String {
        format!("expected the columns {}; there may be {}", self.needed.join(", "), self.others.join(", "))
    }

    fn knows(&self, name: &str) -> bool {
        self.needed.contains(&name) || self.others.contains(&name)
    }

    fn table(&self, text: &str) -> Result<Vec<Row>, Vec<Mistake>> {
        let first = text.lines().next().unwrap_or_default();
        let delimiter = [b',', b';', b'\t'].into_iter().find(|byte| first.as_bytes().contains(byte)).unwrap_or(b',');
        let mut reader = csv::ReaderBuilder::new();
        let mut reader = reader.has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
        let mut place = Rest { text, at: 0, line: 1 };
        let mut names: Vec<String> = Vec::new();
        let (mut rows, mut mistakes) = (Vec::new(), Vec::new());
        for record in reader.records() {
            let record = record.map_err(|error| vec![unread(&error)])?;
            let begin = record.position().map_or(0, csv::Position::byte);
            let line = place.line_at(usize::try_from(begin).unwrap_or(usize::MAX));
            if names.is_empty() {
                names = record.iter().map(|name| name.trim().to_owned()).collect();
                self.check(&names).map_err(|why| vec![Mistake::at(line, why)])?;
                continue;
            }
            if record.len() != names.len() {
                let why = format!("has {} fields; the first line has {}", record.len(), names.len());
                mistakes.push(Mistake::at(line, why));
            }
            let fields = names.iter().zip(record.iter()).map(|(name, value)| (name.clone(), value.trim().to_owned()));
            rows.push(Row { line, fields: fields.filter(|(_, value)| !value.is_empty()).collect() });
        }
        if mistakes.is_empty() { Ok(rows) } else { Err(mistakes) }
    }

    fn check(&self, names: &[String]) -> Result<(), String> {
        if let Some(strange) = names.iter().find(|name| !self.knows(name)) {
            return Err(format!("{strange:?} is no column; {}", self.expected()));
        }
        if let Some(missing) = self.needed.iter().find(|needed| !names.iter().any(|name| name == *needed)) {
            return Err(format!("{missing:?} is not among the columns; {}", self.expected()));
        }
        let twice = names.iter().enumerate().find(|(n, name)| names.iter().skip(n + 1).any(|other| other == *name));
        twice.map_or(Ok(()), |(_, name)| Err(format!("{name:?} is a column twice; leave one out")))
    }

    fn objects(&self, text: &str) -> Result<Vec<Row>, Vec<Mistake>> {
        let mut rest = Rest { text, at: 0, line: 1 };
        let is_list = rest.skip(&[]) == Some('[');
        if is_list {
            rest.advance(1);
        }
        let (mut rows, mut mistakes) = (Vec::new(), Vec::new());
        let between: &[char] = if is_list { &[','] } else { &[] };
        loop {
            match rest.skip(between) {
                None if !is_list => break,
                None => return Err(vec![Mistake::at(rest.line, "the list is not closed; end it with ]")]),
                Some(']') if is_list => break,
                Some(_) => {}
            }
            let line = rest.line;
            match self.object(line, &rest.object().map_err(|mistake| vec![mistake])?) {
                Ok(row) => rows.push(row),
                Err(mistake) => mistakes.push(mistake),
            }
        }
        if mistakes.is_empty() { Ok(rows) } else { Err(mistakes) }
    }

    fn object(&self, line: u64, members: &Map<String, Value>) -> Result<Row, Mistake> {
        let mut fields = BTreeMap::new();
        for (name, value) in members {
            if !self.knows(name) {
                return Err(Mistake::at(line, format!("{name:?} is no member; {}", self.expected())));
            }
            let text = match value {
                Value::Null => continue,
                Value::String(text) => text.trim().to_owned(),
                Value::Number(number) => number.to_string(),
                Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                    return Err(Mistake::at(line, format!("{name}: expected a text")));
                }
            };
            if !text.is_empty() {
                fields.insert(name.clone(), text);
            }
        }
        Ok(Row { line, fields })
    }
}

/// What is not read yet.
struct Rest<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl Rest<'_> {
    /// Goes on to what is no space, nor any of these.
    fn skip(&mut self, others: &[char]) -> Option<char> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let next = rest.find(|c: char| !c.is_whitespace() && !others.contains(&c)).unwrap_or(rest.len());
        self.advance(next);
        self.text.get(self.at..).unwrap_or_default().chars().next()
    }

    /// Goes on to a byte that lies ahead, and the blank lines there; the line that begins then.
    fn line_at(&mut self, byte: usize) -> u64 {
        self.advance(byte.saturating_sub(self.at));
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.advance(rest.find(|c| c != '\r' && c != '\n').unwrap_or_default());
        self.line
    }

    fn advance(&mut self, bytes: usize) {
        let passed = self.text.as_bytes().get(self.at..self.at + bytes).unwrap_or_default();
        self.line += newlines(passed);
        self.at += bytes;
    }

    fn object(&mut self) -> Result<Map<String, Value>, Mistake> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<Map<String, Value>>();
        match stream.next() {
            Some(Ok(object)) => {
                let read = stream.byte_offset();
                self.advance(read);
                Ok(object)
            }
            Some(Err(error)) => {
                let line = self.line + u64::try_from(error.line()).unwrap_or(1).saturating_sub(1);
                Err(Mistake::at(line, format!("no JSON object: {error}")))
            }
            None => Err(Mistake::at(self.line, "expected a JSON object")),
        }
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

fn unread(error: &csv::Error) -> Mistake {
    Mistake { line: error.position().map(csv::Position::line), why: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: Columns = Columns { needed: &["code", "name"], others: &["parent"] };

    #[test]
    fn both_notations_give_the_same() {
        let table = COLUMNS.read("code,name,parent\n01,\"Hà Nội, thủ đô\",vn\n\n02,Huế,\n".as_bytes()).unwrap();
        assert_eq!(table[0].cell("name"), Some("Hà Nội, thủ đô"));
        assert_eq!((table[1].line, table[1].cell("parent")), (4, None));
        let list = "[\n {\"code\":\"01\",\"name\":\"Hà Nội, thủ đô\",\"parent\":\"vn\"},\n\n {\"code\":\"02\",\"name\":\"Huế\"}]";
        let fields = |rows: Vec<Row>| rows.into_iter().map(|row| (row.line, row.fields)).collect::<Vec<_>>();
        let table = fields(table);
        assert_eq!(fields(COLUMNS.read(list.as_bytes()).unwrap()), table);
        let lines = list.replace(['[', ']'], "").replace("},", "}");
        assert_eq!(fields(COLUMNS.read(lines.as_bytes()).unwrap()), table);
    }

    #[test]
    fn what_is_wrong_with_a_file_names_the_line() {
        for (text, says) in [
            ("", "line 1: the file is empty"),
            ("code,name\n", "line 1: the file has no rows"),
            ("code\n01\n", "line 1: \"name\" is not among the columns"),
            ("code,name,size\n", "line 1: \"size\" is no column"),
            ("code,name,name\n", "line 1: \"name\" is a column twice"),
            ("code,name\n01,a\n02,b,c\n", "line 3: has 3 fields"),
            ("[{\"code\":\"1\"},\n{\"code\":[]}]", "line 2: code: expected a text"),
            ("[{\"code\":\"1\"},\n{\"code\":\"1\"", "line 2: no JSON object"),
            ("{\"code\":\"1\"}\n{\"size\":\"1\"}", "line 2: \"size\" is no member"),
        ] {
            let mistakes = COLUMNS.read(text.as_bytes()).unwrap_err();
            assert!(mistakes[0].to_string().starts_with(says), "{text}: {mistakes:?}");
        }
        assert!(COLUMNS.read(b"code,name\n01,\xff\n").unwrap_err()[0].to_string().starts_with("line 2: is not UTF-8"));
    }
}
