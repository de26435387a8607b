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

/// The first of these statuses for which no passkey of the model is taken any more. One that nobody knows yet is none
/// of them.
pub fn undesired(statuses: &[String]) -> Option<&str> {
    statuses.iter().map(String::as_str).find(|status| UNDESIRED.contains(status))
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
}
