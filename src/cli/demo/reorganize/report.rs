//! What became of all of it, in words.

use std::fmt;

use super::citizen::Given;
use super::compare::Counted;
use super::country::OFFICIALS;
use crate::flows::admin::units::succession;

/// What came of it.
pub struct Report {
    /// What became of units and agencies.
    pub reform: succession::Report,
    /// What became of rights.
    pub counted: Counted,
    /// How many were compared, and how many changed.
    pub subjects: (usize, usize),
    /// As above.
    pub clients: (usize, usize),
    /// Whether what worked before works after.
    pub tried: Tried,
    /// Rights of which somebody decides.
    pub undecided: Vec<String>,
    /// What is not as it must be.
    pub wrong: Vec<String>,
}

/// Sign-ins after, each in its kind.
#[derive(Default)]
pub struct Tried {
    /// By the session of before.
    pub sessions: Worked,
    /// By the refresh token of before.
    pub refresh_tokens: Worked,
    /// By the password, in another browser.
    pub passwords: Worked,
}

/// How many worked, and why the others did not.
#[derive(Default)]
pub struct Worked {
    well: usize,
    wrong: Vec<String>,
}

/// So many are named; the others are counted.
const NAMED: usize = 5;

impl Worked {
    /// One more: it worked if it gave the subject of before.
    pub fn take(&mut self, who: &str, sub: Option<&String>, given: Result<Given, String>) {
        match given {
            Ok(given) if Some(&given.sub) == sub => self.well += 1,
            Ok(_) => self.wrong.push(format!("{who}: another subject")),
            Err(why) => self.wrong.push(format!("{who}: {why}")),
        }
    }

    const fn all(&self) -> usize {
        self.well + self.wrong.len()
    }
}

impl Report {
    /// With all that is wrong in one list.
    pub fn judged(mut self) -> Self {
        for tried in [&mut self.tried.sessions, &mut self.tried.refresh_tokens, &mut self.tried.passwords] {
            self.wrong.extend(tried.wrong.iter().cloned());
        }
        let succession::Rights { moved, raised, undecided } = self.reform.rights;
        if (moved, raised, undecided) != (self.counted.moved, self.counted.raised, self.counted.undecided) {
            self.wrong.push("the succession tells of other rights than are there".to_owned());
        }
        for (what, (_, changed)) in [("subjects changed", self.subjects), ("clients were written anew", self.clients)] {
            if changed > 0 {
                self.wrong.push(format!("{changed} {what}"));
            }
        }
        self
    }

    fn units(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let succession::Report { merged, renamed, divided, abolished, kept, counts, .. } = &self.reform;
        writeln!(f, "\n30 June 2025 -> 1 July 2025")?;
        for count in counts {
            writeln!(f, "  {:10} {:6} -> {}", count.level, count.before, count.after)?;
        }
        let divided = divided.len();
        writeln!(
            f,
            "units      {merged} merged, {renamed} renamed, {divided} divided, {abolished} abolished, {kept} go on"
        )?;
        let succession::Report { agencies_moved, agencies_raised, to_decide, .. } = &self.reform;
        writeln!(
            f,
            "agencies   {agencies_moved} went where their unit went, {agencies_raised} to what their abolished unit was a part \
             of, {} wait for a decision",
            to_decide.len()
        )
    }

    fn unchanged(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counted { everywhere, unchanged, moved, united, raised, undecided } = self.counted;
        writeln!(f, "rights     of {OFFICIALS}: {everywhere} of the whole country, {unchanged} where they were,")?;
        writeln!(f, "           {moved} where their unit's successor is; in {united} units those of several meet,")?;
        writeln!(
            f,
            "           {raised} of abolished and {undecided} of divided units: what they were a part of has them"
        )?;
        let (subjects, clients) = (self.subjects, self.clients);
        writeln!(f, "subjects   of {}: {} changed", subjects.0, subjects.1)?;
        writeln!(f, "clients    of {}: {} registered anew", clients.0, clients.1)?;
        let Tried { sessions, refresh_tokens, passwords } = &self.tried;
        let of = |tried: &Worked| format!("{} of {}", tried.well, tried.all());
        let (sessions, tokens, passwords) = (of(sessions), of(refresh_tokens), of(passwords));
        writeln!(f, "sign-ins   {sessions} sessions, {tokens} refresh tokens and {passwords} passwords work as before")
    }

    fn to_decide(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\nAn official still decides")?;
        for decision in &self.reform.to_decide {
            let among: Vec<String> = decision.among.iter().map(ToString::to_string).collect();
            let (agency, was_in) = (&decision.agency, &decision.was_in);
            writeln!(f, "  where {agency} goes, of {was_in}: {} (motcua agencies move)", among.join(" or "))?;
        }
        let undecided = &self.undecided;
        writeln!(f, "  who has {} rights of units that are no more (motcua rights settle), such as", undecided.len())?;
        undecided.iter().take(NAMED).try_for_each(|right| writeln!(f, "    {right}"))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.units(f)?;
        self.unchanged(f)?;
        let state = if self.wrong.is_empty() { "right" } else { "wrong" };
        writeln!(f, "reports    as of both days, and what must not change: {state}")?;
        self.to_decide(f)?;
        if let more @ 1.. = self.wrong.len() {
            writeln!(f, "\nNot as it must be: {more}")?;
            self.wrong.iter().take(4 * NAMED).try_for_each(|wrong| writeln!(f, "  {wrong}"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let reform = succession::Report::default();
        let (counted, tried) = (Counted::default(), Tried::default());
        Report { reform, counted, subjects: (2, 0), clients: (2, 0), tried, undecided: vec![], wrong: vec![] }
    }

    #[test]
    fn whatever_changed_that_must_not_is_told() {
        assert!(report().judged().wrong.is_empty());
        assert_eq!(Report { subjects: (2, 1), ..report() }.judged().wrong, ["1 subjects changed"]);
        assert_eq!(Report { clients: (2, 2), ..report() }.judged().wrong, ["2 clients were written anew"]);
        let given = || Given { sub: "a".to_owned(), refresh_token: String::new() };
        let mut other = report();
        other.tried.sessions.take("an", Some(&"a".to_owned()), Ok(given()));
        other.tried.sessions.take("binh", Some(&"b".to_owned()), Ok(given()));
        other.tried.passwords.take("chi", Some(&"c".to_owned()), Err("no code".to_owned()));
        let other = other.judged();
        assert_eq!(other.wrong, ["binh: another subject", "chi: no code"]);
        let said = other.to_string();
        assert!(said.contains("1 of 2 sessions") && said.contains("0 of 1 passwords"), "{said}");
        assert!(said.contains("must not change: wrong") && said.contains("  chi: no code"), "{said}");
    }
}
