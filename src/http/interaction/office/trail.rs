//! What the record calls what happened.

use crate::i18n::Key;
use crate::i18n::key;
use crate::identity::audit::Act;

/// As a page of officials has it.
pub fn called(act: Act) -> Option<Key> {
    CALLED.iter().find(|(own, _)| *own == act).map(|(_, key)| *key)
}

/// As many as there are: a further act does not compile before it has its words.
const CALLED: [(Act, Key); Act::ALL.len()] = [
    (Act::SignedIn, key::TRAIL_SIGNED_IN),
    (Act::SignedOut, key::TRAIL_SIGNED_OUT),
    (Act::ServiceLeft, key::TRAIL_SERVICE_LEFT),
    (Act::LogoutNoticeGivenUp, key::TRAIL_LOGOUT_NOTICE_GIVEN_UP),
    (Act::LogoutNoticeRetried, key::TRAIL_LOGOUT_NOTICE_RETRIED),
    (Act::LetterGivenUp, key::TRAIL_LETTER_GIVEN_UP),
    (Act::LetterRetried, key::TRAIL_LETTER_RETRIED),
    (Act::ConsentGiven, key::TRAIL_CONSENT_GIVEN),
    (Act::ConsentDenied, key::TRAIL_CONSENT_DENIED),
    (Act::ConsentWithdrawn, key::TRAIL_CONSENT_WITHDRAWN),
    (Act::GrantRevoked, key::TRAIL_GRANT_REVOKED),
    (Act::KeyCreated, key::TRAIL_KEY_CREATED),
    (Act::KeyActivated, key::TRAIL_KEY_ACTIVATED),
    (Act::KeyRevoked, key::TRAIL_KEY_REVOKED),
    (Act::KeyRetired, key::TRAIL_KEY_RETIRED),
    (Act::DeclarationApplied, key::TRAIL_DECLARATION_APPLIED),
    (Act::ClientRegistered, key::TRAIL_CLIENT_REGISTERED),
    (Act::ClientUpdated, key::TRAIL_CLIENT_UPDATED),
    (Act::ClientRemoved, key::TRAIL_CLIENT_REMOVED),
    (Act::VersionRestored, key::TRAIL_VERSION_RESTORED),
    (Act::PersonDisabled, key::TRAIL_PERSON_DISABLED),
    (Act::PersonEnabled, key::TRAIL_PERSON_ENABLED),
    (Act::PersonSignedOut, key::TRAIL_PERSON_SIGNED_OUT),
    (Act::PasswordSet, key::TRAIL_PASSWORD_SET),
    (Act::PasswordChanged, key::TRAIL_PASSWORD_CHANGED),
    (Act::CredentialAdded, key::TRAIL_CREDENTIAL_ADDED),
    (Act::CredentialRemoved, key::TRAIL_CREDENTIAL_REMOVED),
    (Act::RecoveryBegan, key::TRAIL_RECOVERY_BEGAN),
    (Act::RecoveryStopped, key::TRAIL_RECOVERY_STOPPED),
    (Act::ChangeStopped, key::TRAIL_CHANGE_STOPPED),
    (Act::AccountRecovered, key::TRAIL_ACCOUNT_RECOVERED),
    (Act::PersonProofed, key::TRAIL_PERSON_PROOFED),
    (Act::AccountOpened, key::TRAIL_ACCOUNT_OPENED),
    (Act::PersonAdded, key::TRAIL_PERSON_ADDED),
    (Act::PersonRemoved, key::TRAIL_PERSON_REMOVED),
    (Act::AccountClosing, key::TRAIL_ACCOUNT_CLOSING),
    (Act::AccountKept, key::TRAIL_ACCOUNT_KEPT),
    (Act::AccountClosed, key::TRAIL_ACCOUNT_CLOSED),
    (Act::PeopleImported, key::TRAIL_PEOPLE_IMPORTED),
    (Act::PeopleExported, key::TRAIL_PEOPLE_EXPORTED),
    (Act::DataExported, key::TRAIL_DATA_EXPORTED),
    (Act::LanguageChosen, key::TRAIL_LANGUAGE_CHOSEN),
    (Act::MetadataImported, key::TRAIL_METADATA_IMPORTED),
    (Act::UnitsImported, key::TRAIL_UNITS_IMPORTED),
    (Act::UnitsSucceeded, key::TRAIL_UNITS_SUCCEEDED),
    (Act::AgencyMoved, key::TRAIL_AGENCY_MOVED),
    (Act::AgencyEnded, key::TRAIL_AGENCY_ENDED),
    (Act::RightGranted, key::TRAIL_RIGHT_GRANTED),
    (Act::RightRevoked, key::TRAIL_RIGHT_REVOKED),
    (Act::ActAsked, key::TRAIL_ACT_ASKED),
    (Act::ActApproved, key::TRAIL_ACT_APPROVED),
    (Act::ActCarriedOut, key::TRAIL_ACT_CARRIED_OUT),
    (Act::ActRefused, key::TRAIL_ACT_REFUSED),
    (Act::ActVoided, key::TRAIL_ACT_VOIDED),
    (Act::OfficialRefused, key::TRAIL_OFFICIAL_REFUSED),
    (Act::PersonSought, key::TRAIL_PERSON_SOUGHT),
    (Act::PersonLookedAt, key::TRAIL_PERSON_LOOKED_AT),
    (Act::SearchesUnusual, key::TRAIL_SEARCHES_UNUSUAL),
];
