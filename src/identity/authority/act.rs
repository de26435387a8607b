//! What an official can do: one closed list. Each act is about one kind of thing.

use super::Kind;

/// Something that an official does, or looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// See units, as of a day.
    UnitsLook,
    /// Enter and change units.
    UnitsChange,
    /// Have units succeed others: merge, split, rename, abolish, transfer.
    UnitsSucceed,
    /// See branches of administration.
    BranchesLook,
    /// Enter and change them.
    BranchesChange,
    /// See agencies.
    AgenciesLook,
    /// Enter and change them.
    AgenciesChange,
    /// See services.
    ServicesLook,
    /// Enter and change them.
    ServicesChange,
    /// See clients and their versions.
    ClientsLook,
    /// Register clients, and change them.
    ClientsChange,
    /// Remove clients.
    ClientsRemove,
    /// Let a client out of its trial: real people sign in there from then on.
    ClientsToProduction,
    /// See who has which rights.
    RightsLook,
    /// Give a right.
    RightsGrant,
    /// Take one away.
    RightsRevoke,
    /// See what waits for a second official.
    PendingLook,
    /// Be that second official.
    PendingDecide,
    /// Find a person by what they say of themselves, with a reason.
    PeopleFind,
    /// End every session of a person.
    PeopleSignOut,
    /// Record that somebody looked who a person is.
    PeopleProof,
    /// Let a person in again who lost what they sign in with.
    PeopleRecover,
    /// Take from a person the right to sign in.
    PeopleDisable,
    /// Give it back.
    PeopleEnable,
    /// Enter people, and change what is known of them.
    PeopleEnter,
    /// Remove a person for good.
    PeopleRemove,
    /// Write everybody out.
    PeopleExport,
    /// See where a person is signed in.
    SessionsLook,
    /// End one session.
    SessionsEnd,
    /// See what a person's sign-ins gave to services.
    GrantsLook,
    /// Revoke that.
    GrantsRevoke,
    /// See the keys that sign and decrypt.
    KeysLook,
    /// Replace them with overlap.
    KeysRotate,
    /// Revoke one in an emergency.
    KeysRevoke,
    /// See what could not be told to services and people.
    OutboxLook,
    /// Have it tried once more.
    OutboxRetry,
    /// Read the audit trail.
    AuditLook,
    /// See how services are used.
    FiguresLook,
    /// Write out what a declaration would say.
    DeclarationLook,
    /// Apply a declaration.
    DeclarationApply,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 40] = [
        Self::UnitsLook,
        Self::UnitsChange,
        Self::UnitsSucceed,
        Self::BranchesLook,
        Self::BranchesChange,
        Self::AgenciesLook,
        Self::AgenciesChange,
        Self::ServicesLook,
        Self::ServicesChange,
        Self::ClientsLook,
        Self::ClientsChange,
        Self::ClientsRemove,
        Self::ClientsToProduction,
        Self::RightsLook,
        Self::RightsGrant,
        Self::RightsRevoke,
        Self::PendingLook,
        Self::PendingDecide,
        Self::PeopleFind,
        Self::PeopleSignOut,
        Self::PeopleProof,
        Self::PeopleRecover,
        Self::PeopleDisable,
        Self::PeopleEnable,
        Self::PeopleEnter,
        Self::PeopleRemove,
        Self::PeopleExport,
        Self::SessionsLook,
        Self::SessionsEnd,
        Self::GrantsLook,
        Self::GrantsRevoke,
        Self::KeysLook,
        Self::KeysRotate,
        Self::KeysRevoke,
        Self::OutboxLook,
        Self::OutboxRetry,
        Self::AuditLook,
        Self::FiguresLook,
        Self::DeclarationLook,
        Self::DeclarationApply,
    ];

    /// The act of this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == text)
    }

    /// Its name on the command line and in pending acts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnitsLook => "units.look",
            Self::UnitsChange => "units.change",
            Self::UnitsSucceed => "units.succeed",
            Self::BranchesLook => "branches.look",
            Self::BranchesChange => "branches.change",
            Self::AgenciesLook => "agencies.look",
            Self::AgenciesChange => "agencies.change",
            Self::ServicesLook => "services.look",
            Self::ServicesChange => "services.change",
            Self::ClientsLook => "clients.look",
            Self::ClientsChange => "clients.change",
            Self::ClientsRemove => "clients.remove",
            Self::ClientsToProduction => "clients.to-production",
            Self::RightsLook => "rights.look",
            Self::RightsGrant => "rights.grant",
            Self::RightsRevoke => "rights.revoke",
            Self::PendingLook => "pending.look",
            Self::PendingDecide => "pending.decide",
            Self::PeopleFind => "people.find",
            Self::PeopleSignOut => "people.sign-out",
            Self::PeopleProof => "people.proof",
            Self::PeopleRecover => "people.recover",
            Self::PeopleDisable => "people.disable",
            Self::PeopleEnable => "people.enable",
            Self::PeopleEnter => "people.enter",
            Self::PeopleRemove => "people.remove",
            Self::PeopleExport => "people.export",
            Self::SessionsLook => "sessions.look",
            Self::SessionsEnd => "sessions.end",
            Self::GrantsLook => "grants.look",
            Self::GrantsRevoke => "grants.revoke",
            Self::KeysLook => "keys.look",
            Self::KeysRotate => "keys.rotate",
            Self::KeysRevoke => "keys.revoke",
            Self::OutboxLook => "outbox.look",
            Self::OutboxRetry => "outbox.retry",
            Self::AuditLook => "audit.look",
            Self::FiguresLook => "figures.look",
            Self::DeclarationLook => "declaration.look",
            Self::DeclarationApply => "declaration.apply",
        }
    }

    /// The scope values of an access token that lets its bearer do it: of this act, and of all that share its first word.
    pub fn scopes(self) -> [String; 2] {
        let name = self.as_str();
        [format!("api:{name}"), format!("api:{}", name.split('.').next().unwrap_or_default())]
    }

    /// What it is about.
    pub const fn kind(self) -> Kind {
        match self {
            Self::UnitsLook | Self::UnitsChange | Self::UnitsSucceed => Kind::Unit,
            Self::BranchesLook | Self::BranchesChange => Kind::Branch,
            Self::AgenciesLook | Self::AgenciesChange => Kind::Agency,
            Self::ServicesLook | Self::ServicesChange => Kind::Service,
            Self::ClientsLook | Self::ClientsChange | Self::ClientsRemove => Kind::Client,
            Self::ClientsToProduction => Kind::Environment,
            Self::RightsLook | Self::RightsGrant | Self::RightsRevoke => Kind::Right,
            Self::PendingLook | Self::PendingDecide => Kind::PendingAct,
            Self::PeopleFind
            | Self::PeopleSignOut
            | Self::PeopleProof
            | Self::PeopleRecover
            | Self::PeopleDisable
            | Self::PeopleEnable
            | Self::PeopleEnter
            | Self::PeopleRemove
            | Self::PeopleExport => Kind::Person,
            Self::SessionsLook | Self::SessionsEnd => Kind::Session,
            Self::GrantsLook | Self::GrantsRevoke => Kind::Grant,
            Self::KeysLook | Self::KeysRotate | Self::KeysRevoke => Kind::Key,
            Self::OutboxLook | Self::OutboxRetry => Kind::Outbox,
            Self::AuditLook => Kind::Audit,
            Self::FiguresLook => Kind::Figures,
            Self::DeclarationLook | Self::DeclarationApply => Kind::Declaration,
        }
    }

    /// Whether one official alone may not do it: another one approves.
    pub const fn needs_a_second(self) -> bool {
        matches!(
            self,
            Self::ClientsToProduction
                | Self::RightsGrant
                | Self::KeysRotate
                | Self::KeysRevoke
                | Self::PeopleRecover
                | Self::UnitsSucceed
        )
    }

    /// Whether a person does it only by a fresh sign-in: what needs two officials, and the word of the second one.
    pub const fn needs_a_fresh_sign_in(self) -> bool {
        self.needs_a_second() || matches!(self, Self::PendingDecide)
    }

    /// Whether it concerns the whole country, whatever it is about: a right with any bound does not suffice. People live
    /// nowhere in the hierarchy: what takes an account away from anybody at all is none of a commune's.
    pub const fn is_of_the_country(self) -> bool {
        matches!(
            self,
            Self::PeopleDisable
                | Self::PeopleEnable
                | Self::PeopleEnter
                | Self::PeopleRemove
                | Self::PeopleExport
                | Self::KeysLook
                | Self::KeysRotate
                | Self::KeysRevoke
                | Self::OutboxLook
                | Self::OutboxRetry
                | Self::DeclarationLook
                | Self::DeclarationApply
        )
    }

    /// Whether it gives power over what a person or a client does: nobody has that over who has more rights than they have.
    pub const fn is_power_over_its_target(self) -> bool {
        matches!(
            self,
            Self::ClientsChange
                | Self::ClientsRemove
                | Self::ClientsToProduction
                | Self::PeopleSignOut
                | Self::PeopleProof
                | Self::PeopleRecover
                | Self::PeopleDisable
                | Self::PeopleEnable
                | Self::PeopleEnter
                | Self::PeopleRemove
                | Self::SessionsEnd
                | Self::GrantsRevoke
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<&str> = Act::ALL.iter().map(|act| act.as_str()).collect();
        assert_eq!(names.len(), Act::ALL.len());
        for act in Act::ALL {
            assert_eq!(Act::parse(act.as_str()), Some(act));
        }
        assert_eq!(Act::parse("units"), None);
    }
}
