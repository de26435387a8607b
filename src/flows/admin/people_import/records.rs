//! Where records of a file begin and end: lines of JSON, or CSV (RFC 4180), in which a quote opens at the begin of a field
//! alone. A quote that is never closed costs its own line, and not the rest of the file.

use std::io;
use std::io::Read;

/// What stands in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// Fields between such bytes.
    Csv(u8),
    /// One JSON object on each line.
    Lines,
}

/// The text of a record, or what is wrong with it.
#[derive(Debug, PartialEq, Eq)]
pub struct Record {
    /// Where it begins, from 1.
    pub line: u64,
    pub text: Result<Vec<u8>, &'static str>,
}

/// The records of a file, one after the other.
pub struct Records<R> {
    input: R,
    kept: Vec<u8>,
    /// How much of `kept` is done with.
    at: usize,
    line: u64,
    done: u64,
    is_over: bool,
    /// The rest of a line of which a piece was refused.
    is_skipping: bool,
    notation: Option<Notation>,
}

/// Bytes of a record at most.
const LONGEST: usize = 1024 * 1024;
const CHUNK: usize = 64 * 1024;

const TOO_LONG: &str = "is longer than 1 MiB";
const NEVER_CLOSED: &str = "a quote opens here and is not closed within 1 MiB";
const AFTER_QUOTE: &str = "something follows the quote that closes a field; within quotes a quote is doubled";

enum Scan {
    /// So many bytes of text, and so many with what ends them.
    Found(usize, usize),
    /// It goes on, within quotes or not.
    GoesOn(Within),
    Malformed(&'static str),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Begin,
    Plain,
    Quotes,
    /// After a quote that closes the field, or is the first of two.
    Closed,
    /// After a carriage return behind it.
    Return,
}

impl<R: Read> Records<R> {
    pub fn new(input: R) -> Self {
        let (kept, notation) = (Vec::new(), None);
        Self { input, kept, at: 0, line: 1, done: 0, is_over: false, is_skipping: false, notation }
    }

    /// Bytes that are done with.
    pub fn done(&self) -> u64 {
        self.done
    }

    /// What stands in the file.
    pub fn notation(&mut self) -> io::Result<Notation> {
        if let Some(notation) = self.notation {
            return Ok(notation);
        }
        while self.rest().len() < CHUNK && !self.is_over {
            self.fill()?;
        }
        const MARK: &[u8] = b"\xef\xbb\xbf"; // what some programs put before UTF-8
        if self.rest().starts_with(MARK) {
            self.advance(MARK.len());
        }
        let first = self.rest().iter().find(|byte| !byte.is_ascii_whitespace());
        let header = self.rest().split(|byte| *byte == b'\n').next().unwrap_or_default();
        let notation = match first {
            Some(b'{' | b'[') => Notation::Lines,
            _ => Notation::Csv(*[b',', b';', b'\t'].iter().find(|byte| header.contains(byte)).unwrap_or(&b',')),
        };
        self.notation = Some(notation);
        Ok(notation)
    }

    /// The next one that is not blank.
    pub fn next(&mut self) -> io::Result<Option<Record>> {
        let notation = self.notation()?;
        loop {
            if self.is_skipping && !self.skip()? {
                return Ok(None);
            }
            let line = self.line;
            let rest = self.rest();
            let text = match scan(rest, notation) {
                Scan::GoesOn(_) if rest.len() <= LONGEST && !self.is_over => {
                    self.fill()?;
                    continue;
                }
                Scan::GoesOn(_) if rest.is_empty() => return Ok(None),
                Scan::GoesOn(Within::Quotes) => self.refuse_line(NEVER_CLOSED),
                Scan::GoesOn(_) if rest.len() > LONGEST => self.refuse_line(TOO_LONG),
                Scan::GoesOn(_) => self.take(rest.len(), rest.len()),
                Scan::Found(_, all) if all > LONGEST => self.refuse_line(TOO_LONG),
                Scan::Found(text, all) => self.take(text, all),
                Scan::Malformed(why) => self.refuse_line(why),
            };
            if text.as_ref().is_ok_and(|text| text.iter().all(u8::is_ascii_whitespace)) {
                continue;
            }
            return Ok(Some(Record { line, text }));
        }
    }

    fn rest(&self) -> &[u8] {
        self.kept.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, text: usize, all: usize) -> Result<Vec<u8>, &'static str> {
        let taken = self.rest().get(..text).unwrap_or_default();
        let taken = taken.strip_suffix(b"\r").unwrap_or(taken).to_vec();
        self.advance(all);
        Ok(taken)
    }

    /// What follows on other lines may be well-formed, and is looked at.
    fn refuse_line(&mut self, why: &'static str) -> Result<Vec<u8>, &'static str> {
        self.is_skipping = true;
        Err(why)
    }

    /// Goes on at the next line; `false` where there is none.
    fn skip(&mut self) -> io::Result<bool> {
        loop {
            if let Some(end) = self.rest().iter().position(|byte| *byte == b'\n') {
                self.advance(end + 1);
                self.is_skipping = false;
                return Ok(true);
            }
            self.advance(self.rest().len());
            if self.is_over {
                return Ok(false);
            }
            self.fill()?;
        }
    }

    fn advance(&mut self, bytes: usize) {
        let passed = self.rest().get(..bytes).unwrap_or_default();
        let lines = passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.line += lines;
        self.at += bytes;
        self.done += bytes as u64;
    }

    fn fill(&mut self) -> io::Result<()> {
        self.kept.drain(..self.at);
        self.at = 0;
        let read = self.input.by_ref().take(CHUNK as u64).read_to_end(&mut self.kept)?;
        self.is_over = read == 0;
        Ok(())
    }
}

fn scan(bytes: &[u8], notation: Notation) -> Scan {
    let Notation::Csv(delimiter) = notation else {
        let end = bytes.iter().position(|byte| *byte == b'\n');
        return end.map_or(Scan::GoesOn(Within::Plain), |end| Scan::Found(end, end + 1));
    };
    let mut within = Within::Begin;
    for (n, &byte) in bytes.iter().enumerate() {
        within = match (within, byte) {
            (Within::Begin | Within::Closed, b'"') | (Within::Quotes, 0..b'"' | b'#'..) => Within::Quotes,
            (Within::Quotes, b'"') => Within::Closed,
            (_, b'\n') => return Scan::Found(n, n + 1),
            (Within::Closed, b'\r') => Within::Return,
            (Within::Return, _) => return Scan::Malformed(AFTER_QUOTE),
            (_, byte) if byte == delimiter => Within::Begin,
            (Within::Closed, _) => return Scan::Malformed(AFTER_QUOTE),
            (Within::Begin | Within::Plain, _) => Within::Plain,
        };
    }
    Scan::GoesOn(within)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Gives its bytes one by one.
    struct Trickle<'a>(&'a [u8]);

    impl Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let (first, rest) = self.0.split_at(self.0.len().min(1).min(buffer.len()));
            buffer[..first.len()].copy_from_slice(first);
            self.0 = rest;
            Ok(first.len())
        }
    }

    fn all(input: impl Read) -> Vec<(u64, Result<String, &'static str>)> {
        let mut records = Records::new(input);
        let next = || records.next().unwrap();
        let text = |record: Record| (record.line, record.text.map(|text| String::from_utf8(text).unwrap()));
        std::iter::from_fn(next).map(text).collect()
    }

    fn ok(line: u64, text: &str) -> (u64, Result<String, &'static str>) {
        (line, Ok(text.to_owned()))
    }

    /// RFC 4180 §2: "Fields containing line breaks (CRLF), double quotes, and commas should be enclosed in double-quotes."
    #[test]
    fn a_record_ends_at_a_line_break_that_stands_in_no_quotes() {
        let text = "\u{feff}a,b\r\n1,\"x\r\n\"\"y\"\", z\"\r\n\r\n2,in\"ner\n\"3\",\"\"\n4,last";
        let expected =
            [ok(1, "a,b"), ok(2, "1,\"x\r\n\"\"y\"\", z\""), ok(5, "2,in\"ner"), ok(6, "\"3\",\"\""), ok(7, "4,last")];
        assert_eq!(all(text.as_bytes()), expected);
        assert_eq!(all(Trickle(text.as_bytes())), expected);
        assert_eq!(all("a;\"b\nc\"\n".as_bytes()), [ok(1, "a;\"b\nc\"")]);
        assert_eq!(all("{\"a\":1}\r\n \n{\"b\"\n".as_bytes()), [ok(1, "{\"a\":1}"), ok(3, "{\"b\"")]);
        assert_eq!(all("".as_bytes()), []);
    }

    #[test]
    fn a_quote_that_is_not_closed_costs_its_own_line() {
        let text = "a,b\n1,\"open\n2,x\n3,\"y\"\n4,\"open\n5,z\n";
        let lines =
            [ok(1, "a,b"), (2, Err(AFTER_QUOTE)), ok(3, "2,x"), ok(4, "3,\"y\""), (5, Err(NEVER_CLOSED)), ok(6, "5,z")];
        assert_eq!(all(text.as_bytes()), lines);
        let long = format!("a,b\n1,\"open\n{}2,x\n", "y,z\n".repeat(600_000));
        let read = all(long.as_bytes());
        assert_eq!((read.len(), &read[1]), (600_003, &(2, Err(NEVER_CLOSED))));
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over() {
        let long = format!("a,b\n{}\n2,x\n\"{}\"\n3,x", "y".repeat(3 * LONGEST), "z".repeat(2 * LONGEST));
        let lines = [ok(1, "a,b"), (2, Err(TOO_LONG)), ok(3, "2,x"), (4, Err(NEVER_CLOSED)), ok(5, "3,x")];
        assert_eq!(all(long.as_bytes()), lines);
    }

    proptest! {
        /// However it arrives, no line is lost and none is read twice.
        #[test]
        fn what_is_read_does_not_depend_on_how_it_arrives(text in "([ab,;\"\r\n{]|\"\"){0,60}") {
            let whole = all(text.as_bytes());
            prop_assert_eq!(&whole, &all(Trickle(text.as_bytes())));
            let lines: Vec<u64> = whole.iter().map(|(line, _)| *line).collect();
            prop_assert!(lines.is_sorted_by(|a, b| a < b), "{:?}", lines);
        }
    }
}
