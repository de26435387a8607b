//! A file of people, piece by piece: each begins with the names of the columns, where there are some, and ends with a record.

use std::io;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;

/// Bytes and lines of a piece, about.
const BYTES: usize = 1024 * 1024;
const LINES: usize = 1000;
/// A quote that is never closed holds no more than so many bytes together.
const MOST: usize = 4 * 1024 * 1024;

/// The file.
pub(super) struct Chunks {
    input: BufReader<Box<dyn Read + Send>>,
    /// How many lines were read.
    line: u64,
    bytes: u64,
    is_begun: bool,
    notation: Option<Notation>,
}

enum Notation {
    Lines,
    /// With the line that names the columns.
    Csv(Vec<u8>),
}

/// A piece.
pub(super) struct Chunk {
    pub(super) text: Vec<u8>,
    /// Its media type.
    pub(super) kind: &'static str,
    /// What makes a line of it one of the file.
    pub(super) offset: i64,
    /// Bytes of the file that are done with then.
    pub(super) bytes: u64,
}

impl Chunks {
    pub(super) fn new(input: Box<dyn Read + Send>) -> Self {
        Self { input: BufReader::new(input), line: 0, bytes: 0, is_begun: false, notation: None }
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Chunk>> {
        let (mut text, mut rows, mut quotes, mut offset) = (Vec::new(), 0, 0, self.offset());
        if let Some(Notation::Csv(header)) = &self.notation {
            text.extend_from_slice(header);
            offset -= 1;
        }
        while let Some(line) = self.read()? {
            let is_header = self.notation.is_none() && !line.iter().all(u8::is_ascii_whitespace);
            if is_header {
                self.notation = Some(notation(&line));
            }
            text.extend_from_slice(&line);
            rows += 1;
            quotes += line.iter().filter(|byte| **byte == b'"').count();
            let is_closed = quotes % 2 == 0 || matches!(self.notation, Some(Notation::Lines));
            if ((text.len() >= BYTES || rows >= LINES) && is_closed) || text.len() >= MOST {
                break;
            }
        }
        let kind = if matches!(self.notation, Some(Notation::Lines)) { "application/x-ndjson" } else { "text/csv" };
        let is_first = !std::mem::replace(&mut self.is_begun, true);
        Ok((rows > 0 || is_first).then_some(Chunk { text, kind, offset, bytes: self.bytes }))
    }

    fn offset(&self) -> i64 {
        i64::try_from(self.line).unwrap_or(i64::MAX)
    }

    fn read(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let read = self.input.read_until(b'\n', &mut line)?;
        self.line += u64::from(read > 0);
        self.bytes += u64::try_from(read).unwrap_or_default();
        Ok((read > 0).then_some(line))
    }
}

fn notation(first: &[u8]) -> Notation {
    let plain = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first); // what some programs put before UTF-8
    match plain.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{' | b'[') => Notation::Lines,
        _ => Notation::Csv(first.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::Chunks;

    fn pieces(text: String) -> Vec<(String, i64)> {
        let mut chunks = Chunks::new(Box::new(std::io::Cursor::new(text.into_bytes())));
        let mut all = Vec::new();
        while let Some(chunk) = chunks.next().unwrap() {
            all.push((String::from_utf8(chunk.text).unwrap(), chunk.offset));
        }
        all
    }

    #[test]
    fn every_piece_names_its_columns_and_ends_with_a_record() {
        let row = |number: usize| if number == 999 { "999,\"a\nb\"\n".to_owned() } else { format!("{number},x\n") };
        let all = pieces(format!("user_name,name\n{}", (1..1500).map(row).collect::<String>()));
        assert_eq!(all.len(), 2);
        assert!(all[0].0.ends_with("999,\"a\nb\"\n"), "a record is not divided");
        assert!(all[1].0.starts_with("user_name,name\n1000,x\n"));
        // Its second line is the 1002nd of the file: one of them had two.
        assert_eq!((all[0].1, all[1].1), (0, 1000));
    }

    #[test]
    fn objects_stand_on_lines() {
        let all = pieces((0..1001).map(|number| format!("{{\"user_name\": \"{number}\\\"\"}}\n")).collect());
        assert_eq!((all.len(), all[1].1), (2, 1000));
        assert_eq!(pieces(String::new()), [(String::new(), 0)], "what is wrong with it, the server says");
    }
}
