//! What is said of an authenticator's model: FIDO Metadata Service v3.0 §3.1.4, `AuthenticatorStatus`.

/// Statuses after which a passkey of the model is worth less than it says. A report of an update may follow one, or a report may
/// be of some devices alone: an attestation tells neither whether a device was updated nor which it is.
const UNDESIRED: [&str; 5] = [
    "ATTESTATION_KEY_COMPROMISE",
    "REVOKED",
    "USER_KEY_PHYSICAL_COMPROMISE",
    "USER_KEY_REMOTE_COMPROMISE",
    "USER_VERIFICATION_BYPASS",
];

/// Statuses that say how well a model was looked at, or what else it can.
const KNOWN: [&str; 15] = [
    "FIDO_CERTIFIED",
    "FIDO_CERTIFIED_L1",
    "FIDO_CERTIFIED_L1plus",
    "FIDO_CERTIFIED_L2",
    "FIDO_CERTIFIED_L2plus",
    "FIDO_CERTIFIED_L3",
    "FIDO_CERTIFIED_L3plus",
    "FIPS140_CERTIFIED_L1",
    "FIPS140_CERTIFIED_L2",
    "FIPS140_CERTIFIED_L3",
    "FIPS140_CERTIFIED_L4",
    "NOT_FIDO_CERTIFIED",
    "RETIRED",
    "SELF_ASSERTION_SUBMITTED",
    "UPDATE_AVAILABLE",
];

/// The first of these statuses for which no passkey of the model is taken any more. One that nobody knows yet is none
/// of them: "FIDO Servers MUST silently ignore all unknown AuthenticatorStatus values". Operators are told, by [`unknown`].
pub fn undesired(statuses: &[String]) -> Option<&str> {
    statuses.iter().map(String::as_str).find(|status| UNDESIRED.contains(status))
}

/// Those of these statuses of which it is not known here what they say.
pub fn unknown(statuses: &[String]) -> impl Iterator<Item = &str> {
    let is_known = |status: &&str| KNOWN.contains(status) || UNDESIRED.contains(status);
    statuses.iter().map(String::as_str).filter(move |status| !is_known(status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_report_is_enough_and_what_came_later_does_not_wash_it_clean() {
        let all = |statuses: &[&str]| statuses.iter().map(|status| (*status).to_owned()).collect::<Vec<_>>();
        assert_eq!(undesired(&all(&[])), None);
        assert_eq!(undesired(&all(&["FIDO_CERTIFIED", "FIDO_CERTIFIED_L2", "OF_ANOTHER_YEAR"])), None);
        let mended = all(&["FIDO_CERTIFIED_L1", "USER_VERIFICATION_BYPASS", "UPDATE_AVAILABLE"]);
        assert_eq!(undesired(&mended), Some("USER_VERIFICATION_BYPASS"));
        assert_eq!(undesired(&all(&["REVOKED"])), Some("REVOKED"));
    }

    /// "FIDO Servers MUST silently ignore all unknown AuthenticatorStatus values": it refuses nobody, and operators see it.
    #[test]
    fn what_nobody_knows_yet_is_found() {
        let all = ["FIDO_CERTIFIED_L3plus", "OF_ANOTHER_YEAR", "REVOKED", "RETIRED"].map(str::to_owned);
        assert_eq!(unknown(&all).collect::<Vec<_>>(), ["OF_ANOTHER_YEAR"]);
    }
}
