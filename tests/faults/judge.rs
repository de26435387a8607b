//! Judges the history, once everything is healed: each sentence is one that must hold under any fault.

use std::collections::BTreeMap;
use std::time::Duration;

use super::history::Answer;
use super::history::Entry;
use super::history::Kept;
use super::trail::Trail;

/// "Within a second", and what a busy machine takes to measure it.
const HEARD: Duration = Duration::from_millis(1_800);
/// An answer or a 503 within five seconds, and what a busy machine adds.
const DEADLINE: Duration = Duration::from_millis(7_500);
/// A process that was stopped or started has this long to catch up with what it was asked meanwhile.
const RECOVERY: Duration = Duration::from_secs(2);

/// A sentence that did not hold, and where.
pub struct Verdicts(pub BTreeMap<&'static str, Vec<String>>);

pub fn judge(kept: &Kept, trail: &Trail) -> Verdicts {
    let mut verdicts = Verdicts(BTreeMap::new());
    single_use(kept, &mut verdicts);
    for entry in &kept.entries {
        dead_stays_dead(kept, entry, &mut verdicts);
        the_living_are_served(kept, entry, &mut verdicts);
        everybody_is_answered(kept, entry, &mut verdicts);
    }
    what_was_answered_is_written(kept, trail, &mut verdicts);
    acts_are_recorded_once(kept, trail, &mut verdicts);
    verdicts
}

impl Verdicts {
    fn say(&mut self, sentence: &'static str, where_: String) {
        self.0.entry(sentence).or_default().push(where_);
    }
}

fn told(kept: &Kept, entry: &Entry) -> String {
    format!(
        "{:.3}–{:.3} s, replica {}: {} {} {:?}: {:?} ({})",
        entry.asked.as_secs_f64(),
        entry.ended.as_secs_f64(),
        entry.replica,
        entry.act,
        entry.subject,
        entry.needs,
        entry.answer,
        kept.faults_about(entry.asked, entry.ended)
    )
}

fn single_use(kept: &Kept, verdicts: &mut Verdicts) {
    let mut accepted: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for entry in kept.entries.iter().filter(|entry| entry.act == "redeem" && entry.answer == Answer::Accepted) {
        accepted.entry(&entry.subject).or_default().push(entry);
    }
    for entries in accepted.values().filter(|entries| entries.len() > 1) {
        let all: Vec<String> = entries.iter().map(|entry| told(kept, entry)).collect();
        verdicts.say("a code is accepted once", all.join("\n    and "));
    }
}

fn dead_stays_dead(kept: &Kept, entry: &Entry, verdicts: &mut Verdicts) {
    if entry.answer != Answer::Accepted {
        return;
    }
    // A process that slept may need a second to hear.
    if kept.was_out(entry.replica, entry.asked, entry.asked, HEARD) {
        return;
    }
    for death in kept.deaths.iter().filter(|death| entry.needs.contains(&death.thing)) {
        if let Some(at) = death.answered.filter(|at| entry.asked > *at + HEARD) {
            let since = (entry.asked - at).as_secs_f64();
            let how = format!("{} died by {} {since:.2} s before: {}", death.thing, death.by, told(kept, entry));
            verdicts.say("dead stays dead", how);
        }
    }
}

fn the_living_are_served(kept: &Kept, entry: &Entry, verdicts: &mut Verdicts) {
    if entry.needs.is_empty() || kept.may_be_dead(&entry.needs, entry.ended) {
        return;
    }
    if let Answer::Refused(_) = entry.answer {
        verdicts.say("what lives is not refused", told(kept, entry));
    }
}

fn everybody_is_answered(kept: &Kept, entry: &Entry, verdicts: &mut Verdicts) {
    if let Answer::Broken(_) = entry.answer {
        verdicts.say("what fails is unavailable, not broken", told(kept, entry));
    }
    if kept.was_out(entry.replica, entry.asked, entry.ended, RECOVERY) {
        return;
    }
    if let Answer::Unknown(_) = entry.answer {
        verdicts.say("a replica that runs answers", told(kept, entry));
    } else if entry.ended - entry.asked > DEADLINE {
        verdicts.say("an answer or a 503 within 5 s", told(kept, entry));
    }
}

fn what_was_answered_is_written(kept: &Kept, trail: &Trail, verdicts: &mut Verdicts) {
    for received in kept.received.values().filter(|received| trail.session_of(&received.jti).is_none()) {
        let answered = kept.entries.iter().find(|entry| entry.act == "redeem" && entry.subject == received.thing);
        let how = answered.map(|entry| told(kept, entry)).unwrap_or_default();
        verdicts.say("what was answered with tokens is written", how);
    }
}

fn acts_are_recorded_once(kept: &Kept, trail: &Trail, verdicts: &mut Verdicts) {
    let of = |act: &'static str| trail.by_session.iter().filter(move |((name, _), _)| name == act);
    for ((act, session), count) in of("signed_out").filter(|(_, count)| **count > 1) {
        verdicts.say("every act is in the trail once", format!("{act} {count} times for session {session}"));
    }
    // Whoever signs in again in the browser of a session goes on with it: another act, of the same session.
    let tries = kept.entries.iter().filter(|entry| entry.act == "sign in").count();
    let signed_in: i64 = of("signed_in").map(|(_, count)| count).sum();
    if usize::try_from(signed_in).is_ok_and(|signed_in| signed_in > tries) {
        verdicts.say("every act is in the trail once", format!("{signed_in} signed_in of {tries} tries"));
    }
    for received in kept.received.values() {
        let Some(session) = trail.session_of(&received.jti) else { continue };
        if !trail.by_session.contains_key(&("signed_in".to_owned(), session)) {
            verdicts.say("every act is in the trail once", format!("no signed_in for {}", received.session));
        }
        let left = kept.deaths.iter().any(|death| death.thing == received.session && death.answered.is_some());
        if left && !trail.by_session.contains_key(&("signed_out".to_owned(), session)) {
            verdicts.say("every act is in the trail once", format!("no signed_out for {}", received.session));
        }
    }
    let grants = |answered: bool| {
        let deaths = kept.deaths.iter().filter(|death| death.thing.starts_with("grant:"));
        let deaths = deaths.filter(|death| !answered || death.answered.is_some() && death.by == "revocation");
        deaths.map(|death| &death.thing).collect::<std::collections::BTreeSet<_>>().len()
    };
    let (least, most) = (grants(true), grants(false));
    if !(least..=most).contains(&trail.revocations) {
        let how = format!("{} grant_revoked where {least} to {most} grants were revoked", trail.revocations);
        verdicts.say("every act is in the trail once", how);
    }
    for death in kept.deaths.iter().filter(|death| death.by == "keys revoke" && death.answered.is_some()) {
        let kid = death.thing.trim_start_matches("key:");
        let count = trail.keys_revoked.iter().filter(|detail| detail.contains(kid)).count();
        if count != 1 {
            verdicts.say("every act is in the trail once", format!("{count} key_revoked of {kid}"));
        }
    }
}
