//! Every event that the audit trail knows, and what is counted beside it. A code that became tokens is recorded by its grant's own row.

use uuid::Uuid;

use super::authority::Actor;
use super::authority::Holder;
use super::authority::Office;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// A person signed in.
    SignedIn,
    /// A browser was signed out everywhere.
    SignedOut,
    /// A person left a service and stayed signed in to others.
    ServiceLeft,
    /// A service was not told that somebody signed out, however often it was tried.
    LogoutNoticeGivenUp,
    /// An operator has such a notice tried once more.
    LogoutNoticeRetried,
    /// A letter was not brought to a person, however often it was tried, or nobody is at the address.
    LetterGivenUp,
    /// An operator has such a letter tried once more.
    LetterRetried,
    /// A person agreed to share data.
    ConsentGiven,
    /// A person declined.
    ConsentDenied,
    /// A person withdrew what they had agreed to.
    ConsentWithdrawn,
    /// A code or a refresh token was used again, or its client revoked it: all that it bought is void.
    GrantRevoked,
    /// A signing key was made.
    KeyCreated,
    /// A key signs or decrypts from now on, before its time.
    KeyActivated,
    /// A signing key was revoked.
    KeyRevoked,
    /// A data key was wiped: nothing is sealed under it any more.
    KeyRetired,
    /// A declaration was applied.
    DeclarationApplied,
    /// A client registered itself.
    ClientRegistered,
    /// A client changed what it registered.
    ClientUpdated,
    /// A client that had registered itself was removed.
    ClientRemoved,
    /// A service or a client is again what it was in a former version.
    VersionRestored,
    /// An operator took from a person the right to sign in.
    PersonDisabled,
    /// An operator gave it back.
    PersonEnabled,
    /// An operator ended every session of a person.
    PersonSignedOut,
    /// An operator gave a person another password.
    PasswordSet,
    /// A person changed their password.
    PasswordChanged,
    /// A person has one way more to prove who they are.
    CredentialAdded,
    /// And one less.
    CredentialRemoved,
    /// Somebody asks for an account without what its person signs in with.
    RecoveryBegan,
    /// Who was told of it stopped it.
    RecoveryStopped,
    /// Who was told of a change of a credential stopped it.
    ChangeStopped,
    /// A person got their account back, with another password.
    AccountRecovered,
    /// Somebody verified who a person is, or took that back.
    PersonProofed,
    /// A person opened an account.
    AccountOpened,
    /// An operator entered a person.
    PersonAdded,
    /// An operator removed a person: what is left is history, of nobody.
    PersonRemoved,
    /// A person wants the account closed.
    AccountClosing,
    /// They changed their mind.
    AccountKept,
    /// They did not: the account is gone, and what is left is history, of nobody.
    AccountClosed,
    /// An operator entered many people at once.
    PeopleImported,
    /// An operator had all that is known of people written out.
    PeopleExported,
    /// A person took along everything that is known of them.
    DataExported,
    /// A person chose the language in which they are written to.
    LanguageChosen,
    /// An operator imported what is known of models of authenticators.
    MetadataImported,
    /// An operator wrote how the hierarchy stands from a day on.
    UnitsImported,
    /// And what became of those who stood there before.
    UnitsSucceeded,
    /// An agency stands somewhere else from a day on.
    AgencyMoved,
    /// Or is no more.
    AgencyEnded,
    /// Somebody has a right from now on.
    RightGranted,
    /// And has it no more.
    RightRevoked,
    /// An official asks for what another has to approve.
    ActAsked,
    /// The other approved it.
    ActApproved,
    /// Whoever asked carried it out.
    ActCarriedOut,
    /// The other refused it.
    ActRefused,
    /// It cannot be approved any more: what it was about changed, or whoever asked may not do it now.
    ActVoided,
    /// An official tried what he may not.
    OfficialRefused,
    /// An official looked for a person by what they are known by; the person, where there is one.
    PersonSought,
    /// An official looked at what is known of a person.
    PersonLookedAt,
    /// An official looks for more people than is usual.
    SearchesUnusual,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 58] = [
        Self::SignedIn,
        Self::SignedOut,
        Self::ServiceLeft,
        Self::LogoutNoticeGivenUp,
        Self::LogoutNoticeRetried,
        Self::LetterGivenUp,
        Self::LetterRetried,
        Self::ConsentGiven,
        Self::ConsentDenied,
        Self::ConsentWithdrawn,
        Self::GrantRevoked,
        Self::KeyCreated,
        Self::KeyActivated,
        Self::KeyRevoked,
        Self::KeyRetired,
        Self::DeclarationApplied,
        Self::ClientRegistered,
        Self::ClientUpdated,
        Self::ClientRemoved,
        Self::VersionRestored,
        Self::PersonDisabled,
        Self::PersonEnabled,
        Self::PersonSignedOut,
        Self::PasswordSet,
        Self::PasswordChanged,
        Self::CredentialAdded,
        Self::CredentialRemoved,
        Self::RecoveryBegan,
        Self::RecoveryStopped,
        Self::ChangeStopped,
        Self::AccountRecovered,
        Self::PersonProofed,
        Self::AccountOpened,
        Self::PersonAdded,
        Self::PersonRemoved,
        Self::AccountClosing,
        Self::AccountKept,
        Self::AccountClosed,
        Self::PeopleImported,
        Self::PeopleExported,
        Self::DataExported,
        Self::LanguageChosen,
        Self::MetadataImported,
        Self::UnitsImported,
        Self::UnitsSucceeded,
        Self::AgencyMoved,
        Self::AgencyEnded,
        Self::RightGranted,
        Self::RightRevoked,
        Self::ActAsked,
        Self::ActApproved,
        Self::ActCarriedOut,
        Self::ActRefused,
        Self::ActVoided,
        Self::OfficialRefused,
        Self::PersonSought,
        Self::PersonLookedAt,
        Self::SearchesUnusual,
    ];

    /// The act that stands as `text` in the audit trail; `None` for one that a later version knows.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == text)
    }
}

/// The names of all acts.
macro_rules! names {
    ($($act:ident $name:literal,)*) => {
        impl Act {
            /// As it stands in the audit trail and in metrics.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$act => $name,)*
                }
            }
        }
    };
}

names! {
    SignedIn "signed_in",
    SignedOut "signed_out",
    ServiceLeft "service_left",
    LogoutNoticeGivenUp "logout_notice_given_up",
    LogoutNoticeRetried "logout_notice_retried",
    LetterGivenUp "letter_given_up",
    LetterRetried "letter_retried",
    ConsentGiven "consent_given",
    ConsentDenied "consent_denied",
    ConsentWithdrawn "consent_withdrawn",
    GrantRevoked "grant_revoked",
    KeyCreated "key_created",
    KeyActivated "key_activated",
    KeyRevoked "key_revoked",
    KeyRetired "key_retired",
    DeclarationApplied "declaration_applied",
    ClientRegistered "client_registered",
    ClientUpdated "client_updated",
    ClientRemoved "client_removed",
    VersionRestored "version_restored",
    PersonDisabled "person_disabled",
    PersonEnabled "person_enabled",
    PersonSignedOut "person_signed_out",
    PasswordSet "password_set",
    PasswordChanged "password_changed",
    CredentialAdded "credential_added",
    CredentialRemoved "credential_removed",
    RecoveryBegan "recovery_began",
    RecoveryStopped "recovery_stopped",
    ChangeStopped "change_stopped",
    AccountRecovered "account_recovered",
    PersonProofed "person_proofed",
    AccountOpened "account_opened",
    PersonAdded "person_added",
    PersonRemoved "person_removed",
    AccountClosing "account_closing",
    AccountKept "account_kept",
    AccountClosed "account_closed",
    PeopleImported "people_imported",
    PeopleExported "people_exported",
    DataExported "data_exported",
    LanguageChosen "language_chosen",
    MetadataImported "metadata_imported",
    UnitsImported "units_imported",
    UnitsSucceeded "units_succeeded",
    AgencyMoved "agency_moved",
    AgencyEnded "agency_ended",
    RightGranted "right_granted",
    RightRevoked "right_revoked",
    ActAsked "act_asked",
    ActApproved "act_approved",
    ActCarriedOut "act_carried_out",
    ActRefused "act_refused",
    ActVoided "act_voided",
    OfficialRefused "official_refused",
    PersonSought "person_sought",
    PersonLookedAt "person_looked_at",
    SearchesUnusual "searches_unusual",
}

/// The detail of a sign-in: by which methods, and with what browser and system where they are known.
pub fn signed_in(amr: &str, device: Option<&str>) -> String {
    device.map_or_else(|| amr.to_owned(), |device| format!("{amr}{WITH}{device}"))
}

/// With what somebody signed in, as the detail of it says.
pub fn device(detail: &str) -> Option<&str> {
    detail.split_once(WITH).map(|(_, device)| device)
}

/// Stands in no method.
const WITH: &str = "; ";

/// A try that came to nothing: counted for each account or network and minute, for strangers choose how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refused {
    /// Wrong name or password.
    SignIn,
    /// Too many tries: it was not looked at.
    SignInPutOff,
}

impl Refused {
    /// As it is counted.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in_refused",
            Self::SignInPutOff => "sign_in_delayed",
        }
    }
}

/// An act with whom and what it concerns.
#[derive(Clone, Debug)]
pub struct Event {
    /// What happened.
    pub act: Act,
    /// The person, where one is known.
    pub person: Option<Uuid>,
    /// The client, where one is concerned.
    pub client: Option<String>,
    /// The session, where there is one.
    pub session: Option<Uuid>,
    /// What else matters; never personal data.
    pub detail: Option<String>,
    /// Who did it, where it was no act of the person's own.
    pub by: Option<By>,
}

/// Who does something to others, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// Who.
    pub actor: Actor,
    /// The office in which they act; none of who acts by all their rights.
    pub office: Option<Office>,
    /// Why, in their own words.
    pub reason: Option<String>,
}

impl By {
    /// Whoever has the machine.
    pub const fn machine() -> Self {
        Self { actor: Actor::Machine, office: None, reason: None }
    }

    /// An official, in an office.
    pub const fn official(holder: Holder, office: Office) -> Self {
        Self { actor: Actor::Official(holder), office: Some(office), reason: None }
    }

    /// The reason that a text gives, if it says something that fits into the trail.
    pub fn reason(text: &str) -> Option<&str> {
        let text = text.trim();
        let fits = !text.is_empty() && text.chars().count() <= 500 && !text.chars().any(char::is_control);
        fits.then_some(text)
    }

    /// For this reason.
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }
}

impl Event {
    /// `act`, concerning nobody yet.
    pub const fn new(act: Act) -> Self {
        Self { act, person: None, client: None, session: None, detail: None, by: None }
    }

    /// Concerning this person.
    pub const fn person(mut self, person: Uuid) -> Self {
        self.person = Some(person);
        self
    }

    /// Concerning this client.
    pub fn client(mut self, client: &str) -> Self {
        self.client = Some(client.to_owned());
        self
    }

    /// In this session.
    pub const fn session(mut self, session: Uuid) -> Self {
        self.session = Some(session);
        self
    }

    /// Done by somebody to others.
    pub fn by(mut self, by: &By) -> Self {
        self.by = Some(by.clone());
        self
    }

    /// With this detail.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}
