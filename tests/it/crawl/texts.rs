//! Every text that pages can say was read on the walk: a state that nobody came to has words that nobody saw.

use crate::demo::Lang;
use crate::town::Hop;

/// Texts that the walk need not come to, and why.
const ELSEWHERE: &[(&str, &str)] = &[
    ("account-closing", "an account that is about to close: account::closing"),
    ("account-number-claimed", "a number that somebody gave when they opened the account: opening::numbers"),
    ("claim-elsewhere", "an agency that answers for claims: oidc::claims_sources"),
    ("claim-other", "a claim that the deployment made up"),
    ("closing-open", "a service that is opened from the page of a closing account: account::closing"),
    ("consent-look-at", "a public task that asks although it need not: pages::samples"),
    ("consent-from", "the deployment of the walk has no records of its own: pages::samples"),
    ("desk-abolished", "an official whose unit is no more: pages::samples"),
    ("desk-machine", "what the machine's operator decided: office::deciding"),
    ("desk-note", "an official whose unit is no more: pages::samples"),
    ("desk-next", "more than a page of rights: office::rights"),
    ("desk-over", "what waited for too long: office::deciding"),
    ("desk-pending-none", "an office in which nothing waits: office::rights"),
    ("desk-rights-none", "an office in which nobody has a right: pages::samples"),
    ("desk-people-many", "many people of one name who were born on one day: office::people"),
    ("desk-people-closes", "somebody who is about to leave: pages::samples"),
    ("desk-people-disable", "a national operator: office::people"),
    ("desk-people-enable", "a national operator: office::people"),
    ("desk-people-suspended", "somebody whose account is suspended: office::people"),
    ("desk-people-too-many", "an official who looks for too many: api"),
    ("desk-people-which", "two people with one number: pages::samples"),
    ("desk-succession", "units that succeed others: authority"),
    ("desk-system", "a right of a client that acts by itself: office::rights"),
    ("desk-undecided", "an official whose unit was divided: pages::samples"),
    ("desk-void", "what changed before it was decided: office::deciding"),
    ("error-browser-again", "a sign-in that goes on in another browser: pages::samples"),
    ("error-unanswered", "a commit that nobody heard of: http::deadline"),
    ("error-unanswered-now", "a commit that nobody heard of: http::deadline"),
    ("error-unanswered-what", "a commit that nobody heard of: http::deadline"),
    ("history-added", "a person whom an official added by command"),
    ("history-change-stopped", "a letter's link that is followed after the history was read: credentials::stopping"),
    ("history-earlier", "more than a page has happened: account::history"),
    ("history-gone", "a service that was removed: account::history"),
    ("history-grant-revoked", "a service that misused what it was given"),
    ("history-last", "access that was used again while the person was away: account::history"),
    ("history-looked-at", "somebody at whom an official looked: api::people"),
    ("history-office", "somebody to whom an official did something: api::people"),
    ("history-reason", "somebody to whom an official did something: api::people"),
    ("history-right-granted", "who becomes an official: authority"),
    ("history-right-revoked", "who is an official no more: authority"),
    ("history-sought", "somebody for whom an official looked: api::people"),
    ("home-how", "a deployment at which nobody can begin: pages::samples"),
    ("home-others", "a deployment with many services: pages::samples"),
    ("late-address", "a gateway that is away: letters::late"),
    ("late-alone", "a gateway that is away: letters::late"),
    ("late-both", "a gateway that is away: letters::late"),
    ("late-mail", "a gateway that is away: letters::late"),
    ("late-sms", "a gateway that is away: letters::late"),
    ("late-texts", "a gateway that is away: letters::late"),
    ("late-way", "a gateway that is away: letters::late"),
    ("open-address-wrong-mail", "a deployment that sends no text messages: pages::samples"),
    ("open-address-wrong-phone", "a deployment that sends no mail: pages::samples"),
    ("open-address-taken-what", "an address that became somebody's meanwhile: opening::once"),
    ("open-address-what-mail", "a deployment that sends no text messages: pages::samples"),
    ("open-address-what-phone", "a deployment that sends no mail: pages::samples"),
    ("open-user-name-other", "a user name that became somebody's meanwhile: opening::once"),
    ("open-address-taken", "an address that became somebody's meanwhile: opening::once"),
    ("open-code-over", "a code that is too old: opening::addresses"),
    ("open-full", "a network that opens too many: opening::floods"),
    ("open-too-many", "a network that opens too many: opening::floods"),
    ("received-code", "a service that wants to know nothing: account::overview"),
    ("codes-alone", "codes without what they stand in for: credentials::codes"),
    ("second-app-hint", "an app, and no paper: pages::samples"),
    ("second-app-wrong", "an app, and no paper: pages::samples"),
    ("second-paper-hint", "a passkey and paper, and no app: credentials::codes"),
    ("second-paper-wrong", "a passkey and paper, and no app: pages::samples"),
    ("security-passkey-model", "a deployment that knows its models of authenticators: credentials::attestation"),
    ("security-past", "a page on which something was added that was removed since: credentials::codes"),
    ("security-app-shut", "a hundred wrong codes: credentials::shut"),
    ("texts-shut", "a hundred wrong codes: credentials::shut"),
    ("security-codes-shut", "a hundred wrong codes: credentials::shut"),
    ("security-shut", "a hundred wrong tries: credentials::guessing"),
    ("sign-in-ended", "a session that ends while more is asked for: credentials::step_up"),
    ("sign-in-ended-now", "a session that ends while more is asked for: credentials::step_up"),
    ("recovery-untold", "a gateway that is away for days: credentials::recovery"),
    ("recovery-untold-what", "a gateway that is away for days: credentials::recovery"),
    ("stopped-last", "a letter's link that takes the last way in: credentials::stopping"),
    ("stopped-recovery-began", "a letter's link that takes the last way in: credentials::stopping"),
    ("recovery-no-way", "a way that is not there: pages::samples"),
    ("second-not-sent", "too many codes by SMS of who has another way too: pages::samples"),
    ("texts-not-sent", "too many codes by SMS: pages::samples"),
    ("second-busy", "Redis is away and the database is not: oidc::redis_away"),
    ("stop-address", "an address that an operator changed: operations::letters"),
    ("stop-address-what", "an address that an operator changed: operations::letters"),
    ("stop-proofed", "somebody whom an operator proofed: operations::letters"),
    ("stop-proofed-what", "somebody whom an operator proofed: operations::letters"),
    ("stop-late-change", "a letter that is older than a week: credentials::stopping"),
    ("stopped-before-what", "a letter's link that is used twice: credentials::stopping"),
    ("stopped-change", "a letter's link that is used: credentials::stopping"),
    ("stopped-password", "a letter's link that is used: credentials::stopping"),
    ("value-no", "a claim that the deployment made up"),
    ("value-yes", "a claim that the deployment made up"),
    ("security-passkey-usual", "a passkey without a name, which is called so when it is made"),
];

/// Families of texts that no page of people has, and where they are read.
const FAMILIES: &[(&str, &str)] = &[
    ("api-", "pages for who writes programs: api::reference"),
    ("act-", "what commands say of rights: authority"),
    ("office-", "what the API says: api"),
    ("problem-", "what the API says: api"),
    ("purpose-", "what officials look people up for: api::people"),
    ("right-", "what commands say of rights: authority"),
    ("role-", "what commands say of rights: authority"),
    ("verdict-", "what commands say of rights: authority"),
    ("widens-", "what commands say of rights: authority"),
    ("letter-", "letters::"),
    ("trail-", "what the record of an office says: office::record"),
    ("wait-", "parts of sentences"),
];

/// The texts of the catalogue that stand on none of the pages, letters and parts of
/// sentences aside.
pub fn unsaid(trail: &[Hop], lang: Lang) -> Vec<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/i18n");
    let catalogue = std::fs::read_to_string(folder.join(format!("{lang}.ftl"))).unwrap();
    let said: String = trail.iter().map(|hop| plain(&hop.page.body)).collect();
    let of_a_family = |id: &str| FAMILIES.iter().any(|(family, _)| id.starts_with(family));
    let texts = messages(&catalogue).into_iter().filter(|(id, _)| !of_a_family(id));
    let unsaid = texts.filter(|(_, patterns)| !patterns.iter().any(|pattern| said.contains(longest(pattern))));
    let unsaid: Vec<String> = unsaid.map(|(id, _)| id.to_owned()).collect();
    unsaid.into_iter().filter(|id| ELSEWHERE.iter().all(|(other, _)| other != id)).collect()
}

/// Each message with its patterns, of which one is said at a time.
fn messages(catalogue: &str) -> Vec<(&str, Vec<&str>)> {
    let mut messages: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in catalogue.lines().filter(|line| !line.starts_with('#')) {
        let named = line.split_once(" = ").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase()));
        if let Some((id, text)) = named {
            messages.push((id, if text.ends_with("->") { Vec::new() } else { vec![text] }));
        } else if let Some((_, variant)) = line.split_once("] ") {
            messages.last_mut().unwrap().1.push(variant);
        }
    }
    messages
}

/// The longest part of a pattern that is always the same.
fn longest(pattern: &str) -> &str {
    let parts = pattern.split(['{', '}']).enumerate().filter(|(at, _)| at % 2 == 0).map(|(_, part)| part.trim());
    parts.max_by_key(|part| part.len()).unwrap_or_default()
}

fn plain(html: &str) -> String {
    [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")]
        .iter()
        .fold(html.to_owned(), |text, (from, to)| text.replace(from, to))
}
