//! Roles: each a set of acts, in one table.

use super::act::Act;

/// What an official is, and with it what he does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Everything, everywhere.
    NationalOperator,
    /// Agencies, services, clients and officials of a territory.
    UnitAdministrator,
    /// The same of a branch of administration.
    BranchAdministrator,
    /// Registers services and clients.
    Registrar,
    /// Is the second official for what others ask.
    Approver,
    /// Helps people who cannot sign in.
    SupportDesk,
    /// Looks who people are.
    ProofingOfficial,
    /// Sees, and changes nothing.
    Auditor,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::NationalOperator,
        Self::UnitAdministrator,
        Self::BranchAdministrator,
        Self::Registrar,
        Self::Approver,
        Self::SupportDesk,
        Self::ProofingOfficial,
        Self::Auditor,
    ];

    /// The role of this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// Its name on the command line, in declarations and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NationalOperator => "national-operator",
            Self::UnitAdministrator => "unit-administrator",
            Self::BranchAdministrator => "branch-administrator",
            Self::Registrar => "registrar",
            Self::Approver => "approver",
            Self::SupportDesk => "support-desk",
            Self::ProofingOfficial => "proofing-official",
            Self::Auditor => "auditor",
        }
    }

    /// What it does.
    pub const fn acts(self) -> &'static [Act] {
        match self {
            Self::NationalOperator => &Act::ALL,
            Self::UnitAdministrator => UNIT_ADMINISTRATOR,
            Self::BranchAdministrator => BRANCH_ADMINISTRATOR,
            Self::Registrar => REGISTRAR,
            Self::Approver => APPROVER,
            Self::SupportDesk => SUPPORT_DESK,
            Self::ProofingOfficial => PROOFING_OFFICIAL,
            Self::Auditor => AUDITOR,
        }
    }

    /// Whether it does this.
    pub fn does(self, act: Act) -> bool {
        self.acts().contains(&act)
    }
}

/// Whoever gives roles has all that they do: an administrator's acts hold those of the roles that he gives.
const UNIT_ADMINISTRATOR: &[Act] = &[
    Act::UnitsLook,
    Act::BranchesLook,
    Act::AgenciesLook,
    Act::AgenciesChange,
    Act::ServicesLook,
    Act::ServicesChange,
    Act::ClientsLook,
    Act::ClientsChange,
    Act::ClientsRemove,
    Act::ClientsToProduction,
    Act::RightsLook,
    Act::RightsGrant,
    Act::RightsRevoke,
    Act::PendingLook,
    Act::PendingDecide,
    Act::PeopleFind,
    Act::PeopleSignOut,
    Act::PeopleProof,
    Act::PeopleRecover,
    Act::SessionsLook,
    Act::SessionsEnd,
    Act::GrantsLook,
    Act::GrantsRevoke,
    Act::AuditLook,
    Act::FiguresLook,
];

const BRANCH_ADMINISTRATOR: &[Act] = &[
    Act::UnitsLook,
    Act::BranchesLook,
    Act::BranchesChange,
    Act::AgenciesLook,
    Act::AgenciesChange,
    Act::ServicesLook,
    Act::ServicesChange,
    Act::ClientsLook,
    Act::ClientsChange,
    Act::ClientsRemove,
    Act::ClientsToProduction,
    Act::RightsLook,
    Act::RightsGrant,
    Act::RightsRevoke,
    Act::PendingLook,
    Act::PendingDecide,
    Act::AuditLook,
    Act::FiguresLook,
];

const REGISTRAR: &[Act] = &[
    Act::UnitsLook,
    Act::BranchesLook,
    Act::AgenciesLook,
    Act::ServicesLook,
    Act::ServicesChange,
    Act::ClientsLook,
    Act::ClientsChange,
    Act::ClientsRemove,
    Act::ClientsToProduction,
    Act::PendingLook,
    Act::FiguresLook,
];

const APPROVER: &[Act] = &[
    Act::UnitsLook,
    Act::BranchesLook,
    Act::AgenciesLook,
    Act::ServicesLook,
    Act::ClientsLook,
    Act::RightsLook,
    Act::PendingLook,
    Act::PendingDecide,
    Act::FiguresLook,
];

const SUPPORT_DESK: &[Act] = &[
    Act::UnitsLook,
    Act::PendingLook,
    Act::PeopleFind,
    Act::PeopleSignOut,
    Act::PeopleRecover,
    Act::SessionsLook,
    Act::SessionsEnd,
    Act::GrantsLook,
    Act::GrantsRevoke,
];

const PROOFING_OFFICIAL: &[Act] = &[Act::UnitsLook, Act::PeopleFind, Act::PeopleProof];

const AUDITOR: &[Act] = &[
    Act::UnitsLook,
    Act::BranchesLook,
    Act::AgenciesLook,
    Act::ServicesLook,
    Act::ClientsLook,
    Act::RightsLook,
    Act::PendingLook,
    Act::AuditLook,
    Act::FiguresLook,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_administrator_can_give_every_role_of_a_unit() {
        for role in [Role::Registrar, Role::Approver, Role::SupportDesk, Role::ProofingOfficial, Role::Auditor] {
            assert!(role.acts().iter().all(|act| Role::UnitAdministrator.does(*act)), "{role:?}");
        }
        for role in [Role::Registrar, Role::Approver, Role::Auditor] {
            assert!(role.acts().iter().all(|act| Role::BranchAdministrator.does(*act)), "{role:?}");
        }
    }

    #[test]
    fn every_role_is_read_as_it_is_written() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
    }
}
