//! Which file names which: no door names another one, and no files of one storey name each other in a circle.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::VecDeque;

use super::source::Source;
use super::text::paths;

/// Files, each with those that it names.
type Imports<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// What is wrong between the files of a house, given as path and text.
pub fn check(sources: &[(String, String)]) -> Vec<String> {
    let sources: Vec<Source<'_>> = sources.iter().map(|(path, text)| Source::read(path, text)).collect();
    let files: BTreeMap<Vec<&str>, &str> = sources.iter().map(|source| (source.module(), source.path)).collect();
    let mut findings = Vec::new();
    let mut imports = Imports::new();
    for source in &sources {
        for (n, line) in source.lines.iter().enumerate() {
            for named in targets(source, line, source.tests[n], &files) {
                let (own, other) = (source.module(), files[&named]);
                if doors(&own, &named) {
                    findings.push(format!("src/{}:{}: a door names another door, {other}", source.path, n + 1));
                }
                // What stands in a folder's own file is for all who lie in the folder.
                if own[0] == named[0] && !own.starts_with(&named) && !source.tests[n] {
                    imports.entry(source.path).or_default().insert(other);
                }
            }
        }
    }
    findings.extend(circles(&imports));
    findings
}

/// The modules with a file that a line names. The path of a name ends in the last one that is a file.
fn targets<'a>(
    source: &Source<'a>,
    line: &str,
    in_test: bool,
    files: &BTreeMap<Vec<&'a str>, &str>,
) -> Vec<Vec<&'a str>> {
    let own: Vec<String> = source.module().iter().map(|&name| name.to_owned()).collect();
    let inline = in_test && !source.path.ends_with("/tests.rs");
    let mut found = Vec::new();
    for path in paths(line) {
        let segments: Vec<String> = path.split("::").map(str::to_owned).collect();
        let ups = segments.iter().take_while(|segment| *segment == "super").count();
        let mut full = match segments[0].as_str() {
            "crate" => segments[1..].to_vec(),
            "self" => [&own[..], &segments[1..]].concat(),
            "super" => {
                let kept = (own.len() + usize::from(inline)).saturating_sub(ups).min(own.len());
                [&own[..kept], &segments[ups..]].concat()
            }
            _ => [&own[..], &segments[..]].concat(),
        };
        let file = loop {
            if full.is_empty() {
                break None;
            }
            if let Some((module, _)) = files.iter().find(|(module, _)| module.iter().eq(full.iter())) {
                break Some(module.clone());
            }
            full.pop();
        };
        found.extend(file.filter(|module| !module.iter().eq(own.iter())));
    }
    found
}

fn doors(own: &[&str], named: &[&str]) -> bool {
    match (own, named) {
        (["flows", door, ..], ["flows", other, ..]) => door != other,
        _ => false,
    }
}

/// Each circle once, by the shortest way around from its first file.
fn circles(imports: &Imports<'_>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for start in imports.keys() {
        let Some(way) = way_back(imports, start) else { continue };
        if seen.insert(way.iter().copied().collect::<BTreeSet<&str>>()) {
            findings.push(format!("a circle: {} → {start}", way.join(" → ")));
        }
    }
    findings
}

fn way_back<'a>(imports: &Imports<'a>, start: &'a str) -> Option<Vec<&'a str>> {
    let mut from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut open = VecDeque::from([start]);
    while let Some(file) = open.pop_front() {
        for next in imports.get(file).into_iter().flatten() {
            if *next == start {
                let mut way = vec![file];
                while let Some(before) = way.last().and_then(|file| from.get(file)) {
                    way.push(before);
                }
                way.reverse();
                return Some(way);
            }
            if !from.contains_key(next) {
                from.insert(next, file);
                open.push_back(next);
            }
        }
    }
    None
}

/// One finding in a house of these files that says `rule`.
fn assert_found(files: &[(&str, &str)], rule: &str) {
    let findings = of(files);
    let [finding] = findings.as_slice() else { panic!("{files:?}: {findings:?}") };
    assert!(finding.contains(rule), "{finding}");
}

fn of(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<_> = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    check(&files)
}

#[test]
fn the_check_finds_a_door_that_names_another() {
    let par = ("flows/par.rs", "");
    let rule = "a door names another door, flows/par.rs";
    assert_found(&[("flows/token/mod.rs", "\nuse crate::flows::par::push;"), par], &format!("mod.rs:2: {rule}"));
    assert_found(&[("flows/token/mod.rs", "use super::par;"), par], rule);
    assert_found(&[("flows/token/refresh.rs", "use super::super::par::push;"), par], rule);
    assert_found(&[("flows/userinfo.rs", "fn f() { super::par::push() }"), par], rule);
    assert_found(&[("flows/userinfo.rs", "#[cfg(test)]\nmod tests {\n    use super::super::par;\n}"), par], rule);
    let inside = [("flows/token/refresh.rs", "use super::code::redeem;"), ("flows/token/code.rs", "")];
    assert_eq!(of(&inside), Vec::<String>::new());
    let beneath = [("flows/par.rs", "use crate::parts::par;"), ("parts/par.rs", "")];
    assert_eq!(of(&beneath), Vec::<String>::new());
}

#[test]
fn the_check_finds_files_that_name_each_other() {
    let two = [("parts/a.rs", "use super::b::B;"), ("parts/b.rs", "fn f() { crate::parts::a::g() }")];
    assert_found(&two, "a circle: parts/a.rs → parts/b.rs → parts/a.rs");
    let three = [("jose/a.rs", "use super::b;"), ("jose/b.rs", "use super::c::C;"), ("jose/c.rs", "use super::a::A;")];
    assert_found(&three, "a circle: jose/a.rs → jose/b.rs → jose/c.rs → jose/a.rs");
    let through_a_folder = [
        ("jose/key.rs", "mod members;\nuse self::members::M;"),
        ("jose/key/members.rs", "use crate::jose::alg::check;"),
        ("jose/alg/mod.rs", "use super::key::Key;"),
    ];
    assert_found(&through_a_folder, "a circle: jose/alg/mod.rs → jose/key.rs → jose/key/members.rs → jose/alg/mod.rs");
    let of_a_child = [
        ("http/a/mod.rs", "fn f() { b::g() }"),
        ("http/a/b.rs", "use crate::http::c;"),
        ("http/c.rs", "use super::a;"),
    ];
    assert_found(&of_a_child, "a circle: http/a/b.rs → http/c.rs → http/a/mod.rs → http/a/b.rs");
}

#[test]
fn a_file_may_name_what_stands_in_its_folders_own_file() {
    let folder = [("parts/a/mod.rs", "mod b;\nuse self::b::B;"), ("parts/a/b.rs", "use super::A;")];
    assert_eq!(of(&folder), Vec::<String>::new());
    let beside = [("parts/a.rs", "mod b;\nfn f() { b::g() }"), ("parts/a/b.rs", "use crate::parts::a::A;")];
    assert_eq!(of(&beside), Vec::<String>::new());
    let in_tests =
        [("parts/a.rs", "use super::b::B;"), ("parts/b.rs", "#[cfg(test)]\nmod tests {\n    use crate::parts::a;\n}")];
    assert_eq!(of(&in_tests), Vec::<String>::new());
}
