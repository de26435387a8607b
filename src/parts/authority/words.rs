//! What a verdict says, in words that an official reads.

use crate::base::time::Timestamp;
use crate::i18n::Key;
use crate::i18n::Lang;
use crate::i18n::key;
use crate::i18n::say;
use crate::i18n::text;
use crate::identity::agency::Bilingual;
use crate::identity::authority::Act;
use crate::identity::authority::Agencies;
use crate::identity::authority::Authority;
use crate::identity::authority::Role;
use crate::identity::authority::Scope;
use crate::identity::authority::Verdict;
use crate::identity::authority::Why;
use crate::identity::authority::Widens;
use crate::identity::purpose::Purpose;
use crate::parts::hierarchy::Hierarchy;

/// Why, or why not: of one act by one of these rights.
pub fn verdict(lang: Lang, hierarchy: &Hierarchy, rights: &[Authority], act: Act, verdict: &Verdict) -> String {
    let (Verdict::Allowed(id) | Verdict::Refused(Some(id), _)) = verdict else {
        return match verdict {
            Verdict::Refused(_, Why::Kind) => text(lang, key::VERDICT_KIND).into_owned(),
            _ => text(lang, key::VERDICT_NO_RIGHTS).into_owned(),
        };
    };
    let Some(right) = rights.iter().find(|right| right.id == *id) else {
        return text(lang, key::VERDICT_NO_RIGHTS).into_owned();
    };
    let (act, role, place) =
        (text(lang, of_act(act)), text(lang, of_role(right.role)), place(lang, hierarchy, &right.scope));
    match verdict {
        Verdict::Allowed(_) => say::verdict_allowed(lang, &act, &place, &role),
        Verdict::Refused(_, why) => refused(lang, *why, [&act, &role, &place]),
    }
}

fn refused(lang: Lang, why: Why, [act, role, place]: [&str; 3]) -> String {
    let at = |at: Timestamp| at.to_string();
    match why {
        Why::Kind => text(lang, key::VERDICT_KIND).into_owned(),
        Why::NoRights => text(lang, key::VERDICT_NO_RIGHTS).into_owned(),
        Why::Role => say::verdict_role(lang, act, place, role),
        Why::Revoked(when) => say::verdict_revoked(lang, &at(when), place, role),
        Why::Over(when) => say::verdict_over(lang, &at(when), place, role),
        Why::NotYet(when) => say::verdict_not_yet(lang, &at(when), place, role),
        Why::Abolished => say::verdict_abolished(lang, place),
        Why::Undecided => say::verdict_undecided(lang, place),
        Why::Bounded => say::verdict_bounded(lang, place, role),
        Why::Unit => say::verdict_unit(lang, place, role),
        Why::Branch => say::verdict_branch(lang, place, role),
        Why::Agency => say::verdict_agency(lang, place, role),
        Why::Superior => say::verdict_superior(lang, place, role),
    }
}

/// Why a right cannot be given.
pub fn widens(lang: Lang, why: Widens) -> String {
    let key = match why {
        Widens::Counts(_) => key::WIDENS_COUNTS,
        Widens::Delegation => key::WIDENS_DELEGATION,
        Widens::Acts => key::WIDENS_ACTS,
        Widens::Scope(Why::Branch) => key::WIDENS_BRANCH,
        Widens::Scope(Why::Agency) => key::WIDENS_AGENCY,
        Widens::Scope(_) => key::WIDENS_UNIT,
        Widens::Time => key::WIDENS_TIME,
    };
    text(lang, key).into_owned()
}

/// Within which bounds.
pub fn place(lang: Lang, hierarchy: &Hierarchy, scope: &Scope) -> String {
    let of = |name: &Bilingual| match lang {
        Lang::Vi => name.vi.clone(),
        Lang::En => name.en.clone(),
    };
    let unit = scope.unit.map(|id| hierarchy.unit(id).map_or_else(|| id.0.to_string(), |unit| of(&unit.name)));
    let branch = scope.branch.as_ref().map(|code| {
        let name = hierarchy.branch(code).map_or_else(|| code.clone(), |branch| of(&branch.name));
        say::right_branch(lang, &name)
    });
    let called = |id: &String| hierarchy.agency(id).map_or_else(|| id.clone(), |agency| of(&agency.name));
    let agency = match &scope.agencies {
        Agencies::All => None,
        Agencies::One(id) => Some(say::right_agency(lang, &called(id))),
        Agencies::Below(id) => Some(say::right_subordinates(lang, &called(id))),
    };
    let begun = unit.unwrap_or_else(|| text(lang, key::RIGHT_EVERYWHERE).into_owned());
    [branch, agency].into_iter().flatten().fold(begun, |place, bound| say::right_bounds(lang, &bound, &place))
}

/// What a role is called.
pub const fn of_role(role: Role) -> Key {
    match role {
        Role::NationalOperator => key::ROLE_NATIONAL_OPERATOR,
        Role::UnitAdministrator => key::ROLE_UNIT_ADMINISTRATOR,
        Role::BranchAdministrator => key::ROLE_BRANCH_ADMINISTRATOR,
        Role::Registrar => key::ROLE_REGISTRAR,
        Role::Approver => key::ROLE_APPROVER,
        Role::SupportDesk => key::ROLE_SUPPORT_DESK,
        Role::ProofingOfficial => key::ROLE_PROOFING_OFFICIAL,
        Role::Auditor => key::ROLE_AUDITOR,
    }
}

/// What a purpose of a search is called.
pub const fn of_purpose(purpose: Purpose) -> Key {
    match purpose {
        Purpose::SignInHelp => key::PURPOSE_SIGN_IN_HELP,
        Purpose::Recovery => key::PURPOSE_RECOVERY,
        Purpose::Proofing => key::PURPOSE_PROOFING,
        Purpose::Correction => key::PURPOSE_CORRECTION,
        Purpose::Security => key::PURPOSE_SECURITY,
        Purpose::LegalDuty => key::PURPOSE_LEGAL_DUTY,
    }
}

/// What an act is called, as it follows «may».
pub const fn of_act(act: Act) -> Key {
    match act {
        Act::UnitsLook => key::ACT_UNITS_LOOK,
        Act::UnitsChange => key::ACT_UNITS_CHANGE,
        Act::UnitsSucceed => key::ACT_UNITS_SUCCEED,
        Act::BranchesLook => key::ACT_BRANCHES_LOOK,
        Act::BranchesChange => key::ACT_BRANCHES_CHANGE,
        Act::AgenciesLook => key::ACT_AGENCIES_LOOK,
        Act::AgenciesChange => key::ACT_AGENCIES_CHANGE,
        Act::ServicesLook => key::ACT_SERVICES_LOOK,
        Act::ServicesChange => key::ACT_SERVICES_CHANGE,
        Act::ClientsLook => key::ACT_CLIENTS_LOOK,
        Act::ClientsChange => key::ACT_CLIENTS_CHANGE,
        Act::ClientsRemove => key::ACT_CLIENTS_REMOVE,
        Act::ClientsToProduction => key::ACT_CLIENTS_TO_PRODUCTION,
        Act::RightsLook => key::ACT_RIGHTS_LOOK,
        Act::RightsGrant => key::ACT_RIGHTS_GRANT,
        Act::RightsRevoke => key::ACT_RIGHTS_REVOKE,
        Act::PendingLook => key::ACT_PENDING_LOOK,
        Act::PendingDecide => key::ACT_PENDING_DECIDE,
        Act::PeopleFind => key::ACT_PEOPLE_FIND,
        Act::PeopleSignOut => key::ACT_PEOPLE_SIGN_OUT,
        Act::PeopleProof => key::ACT_PEOPLE_PROOF,
        Act::PeopleRecover => key::ACT_PEOPLE_RECOVER,
        Act::PeopleDisable => key::ACT_PEOPLE_DISABLE,
        Act::PeopleEnable => key::ACT_PEOPLE_ENABLE,
        Act::PeopleEnter => key::ACT_PEOPLE_ENTER,
        Act::PeopleRemove => key::ACT_PEOPLE_REMOVE,
        Act::PeopleExport => key::ACT_PEOPLE_EXPORT,
        Act::SessionsLook => key::ACT_SESSIONS_LOOK,
        Act::SessionsEnd => key::ACT_SESSIONS_END,
        Act::GrantsLook => key::ACT_GRANTS_LOOK,
        Act::GrantsRevoke => key::ACT_GRANTS_REVOKE,
        Act::KeysLook => key::ACT_KEYS_LOOK,
        Act::KeysRotate => key::ACT_KEYS_ROTATE,
        Act::KeysRevoke => key::ACT_KEYS_REVOKE,
        Act::OutboxLook => key::ACT_OUTBOX_LOOK,
        Act::OutboxRetry => key::ACT_OUTBOX_RETRY,
        Act::AuditLook => key::ACT_AUDIT_LOOK,
        Act::FiguresLook => key::ACT_FIGURES_LOOK,
        Act::DeclarationLook => key::ACT_DECLARATION_LOOK,
        Act::DeclarationApply => key::ACT_DECLARATION_APPLY,
    }
}
