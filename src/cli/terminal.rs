//! What a terminal is asked. Passwords never stand on a command line: others read it.

use std::io::IsTerminal;
use std::io::Write;

use super::Failure;
use crate::base::secret::Secret;

/// What somebody else chose, who must not steer the terminal.
pub fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Asks whether to go on; where nobody can be asked, no.
pub fn confirm(question: &str) -> bool {
    if !std::io::stdin().is_terminal() {
        return false;
    }
    eprint!("{question} [y/N] ");
    let _ = std::io::stderr().flush();
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}

/// A new password: asked for twice without being shown, or the standard input to its end.
pub fn new_password() -> Result<Secret<String>, Failure> {
    let typed = if std::io::stdin().is_terminal() {
        let typed = Secret::new(rpassword::prompt_password("password: ")?);
        let again = Secret::new(rpassword::prompt_password("again: ")?);
        if typed != again {
            return Err(Failure("the two passwords differ".into()));
        }
        typed
    } else {
        let text = Secret::new(std::io::read_to_string(std::io::stdin())?);
        let line = text.expose().strip_prefix('\u{feff}').unwrap_or(text.expose());
        let line = line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
        Secret::new(line.to_owned())
    };
    Ok(typed)
}
