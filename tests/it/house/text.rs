//! Rust text without comments and literals, and what can be read of it.

/// The last line of the item that begins at `start`: where its braces close, or its semicolon.
pub fn end_of_item(lines: &[String], start: usize) -> usize {
    let mut depth = 0_i32;
    let mut rounds = 0_i32;
    for (n, line) in lines.iter().enumerate().skip(start) {
        for c in line.chars() {
            match c {
                '(' | '[' => rounds += 1,
                ')' | ']' => rounds -= 1,
                '{' => depth += 1,
                '}' => depth -= 1,
                ';' if depth == 0 && rounds == 0 => return n,
                _ => {}
            }
            if c == '}' && depth == 0 && rounds == 0 {
                return n;
            }
        }
    }
    lines.len() - 1
}

/// The words of a line.
pub fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !is_word(c)).filter(|word| !word.is_empty())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The paths of a line, `a::b::c`, each from its first segment; what follows the last `::` may be `{` or `*`.
pub fn paths(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut path = String::new();
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        if is_word(c) {
            path.push(c);
        } else if c == ':' && rest.peek() == Some(&':') && !path.is_empty() {
            rest.next();
            path.push_str("::");
            if let Some(mark) = rest.peek().copied().filter(|c| ['{', '*'].contains(c)) {
                path.push(mark);
            }
        } else {
            found.extend(Some(std::mem::take(&mut path)).filter(|path| path.contains("::")));
        }
    }
    found.extend(Some(path).filter(|path| path.contains("::")));
    found
}

/// The text with comments and literals blanked, line by line as before.
pub fn bare(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = |n: usize| chars.get(n).copied().unwrap_or('\0');
    let mut out = String::with_capacity(text.len());
    let mut n = 0;
    while n < chars.len() {
        let end = match at(n) {
            '/' if at(n + 1) == '/' => (n..chars.len()).find(|m| at(*m) == '\n').unwrap_or(chars.len()),
            '/' if at(n + 1) == '*' => end_of_comment(&chars, n),
            'r' if !(n > 0 && is_word(at(n - 1))) && raw_hashes(&chars, n).is_some() => end_of_raw(&chars, n),
            '"' => end_of_quoted(&chars, n, '"'),
            '\'' if at(n + 1) == '\\' => end_of_quoted(&chars, n, '\''),
            '\'' if at(n + 2) == '\'' => n + 3,
            other => {
                out.push(other);
                n += 1;
                continue;
            }
        };
        out.extend(chars[n..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
        n = end;
    }
    out
}

fn end_of_comment(chars: &[char], start: usize) -> usize {
    let mut depth = 0;
    let mut n = start;
    while n < chars.len() {
        match (chars[n], chars.get(n + 1)) {
            ('/', Some('*')) => (depth, n) = (depth + 1, n + 2),
            ('*', Some('/')) => (depth, n) = (depth - 1, n + 2),
            _ => n += 1,
        }
        if depth == 0 {
            return n;
        }
    }
    n
}

fn end_of_quoted(chars: &[char], start: usize, quote: char) -> usize {
    let mut n = start + 1;
    while n < chars.len() && chars[n] != quote {
        n += if chars[n] == '\\' { 2 } else { 1 };
    }
    (n + 1).min(chars.len())
}

fn raw_hashes(chars: &[char], start: usize) -> Option<usize> {
    let hashes = chars[start + 1..].iter().take_while(|c| **c == '#').count();
    (chars.get(start + 1 + hashes) == Some(&'"')).then_some(hashes)
}

fn end_of_raw(chars: &[char], start: usize) -> usize {
    let hashes = raw_hashes(chars, start).unwrap();
    let mut n = start + hashes + 2;
    while n < chars.len() && !(chars[n] == '"' && chars[n + 1..].iter().take(hashes).all(|c| *c == '#')) {
        n += 1;
    }
    (n + 1 + hashes).min(chars.len())
}
