//! A source of the house, without its comments and literals.

use super::text::bare;
use super::text::end_of_item;
use super::text::paths;

/// A source without its comments and literals.
pub struct Source<'a> {
    pub path: &'a str,
    pub storey: &'a str,
    pub lines: Vec<String>,
    /// Which lines are compiled for tests alone.
    pub tests: Vec<bool>,
}

impl<'a> Source<'a> {
    pub fn read(path: &'a str, text: &str) -> Self {
        let lines: Vec<String> = bare(text).lines().map(str::to_owned).collect();
        let storey = path.split(['/', '.']).next().unwrap();
        let all = path.ends_with("/tests.rs");
        let mut tests = vec![all; lines.len()];
        for start in (0..lines.len()).filter(|n| lines[*n].trim() == "#[cfg(test)]") {
            let end = end_of_item(&lines, start + 1);
            tests[start..=end].fill(true);
        }
        Self { path, storey, lines, tests }
    }

    /// What a line names in the root of the crate: after `crate::`, and after more `super::` than there are storeys above.
    pub fn named(&self, line: &str, in_test: bool) -> Vec<String> {
        let mut named = Vec::new();
        for path in paths(line) {
            let segments: Vec<&str> = path.split("::").collect();
            let ups = segments.iter().take_while(|segment| **segment == "super").count();
            match segments[0] {
                "crate" => named.push(segments[1].to_owned()),
                "motcua" => named.push("motcua".into()),
                "super" if ups >= self.depth() + usize::from(in_test) => {
                    named.push(segments.get(ups).map_or("*".into(), |name| (*name).to_owned()));
                }
                _ => {}
            }
        }
        named
    }

    /// How many modules deep the file stands.
    fn depth(&self) -> usize {
        let parts = self.path.split('/').count();
        if self.path.ends_with("/mod.rs") { parts - 1 } else { parts }
    }

    /// The module that the file is: `flows/token/mod.rs` and `flows/token.rs` are `flows::token`.
    pub fn module(&self) -> Vec<&'a str> {
        let path = self.path.strip_suffix(".rs").unwrap();
        path.strip_suffix("/mod").unwrap_or(path).split('/').collect()
    }
}
