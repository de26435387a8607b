//! When a person is asked, and what an answer covers.

use super::agency::LegalBasis;
use crate::protocol::oauth::scope::OFFLINE_ACCESS;
use crate::protocol::oauth::scope::OPENID;
use crate::protocol::oauth::scope::Scope;

/// What a person allowed one client: scope values, and the names of single claims.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consent {
    /// Scope values.
    pub scope: Scope,
    /// Single claims, beyond those that the scope stands for.
    pub claims: Scope,
}

/// What a request would release.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Scope values.
    pub scope: Scope,
    /// Single claims from the `claims` parameter.
    pub claims: Scope,
    /// Whether the client insists on asking (`prompt=consent`).
    pub insisted: bool,
}

/// Whether the person must be asked before `asked` is released on `basis`, given what was `allowed` before.
///
/// Access while the person is away is never part of a public task: it is agreed to once by each person.
pub fn must_ask(asked: &Asked, basis: LegalBasis, allowed: Option<&Consent>) -> bool {
    let none = Consent::default();
    let allowed = allowed.unwrap_or(&none);
    let offline = asked.scope.contains(OFFLINE_ACCESS) && !allowed.scope.contains(OFFLINE_ACCESS);
    let more = match basis {
        LegalBasis::PublicTask => false,
        LegalBasis::Consent => {
            let data = asked.scope.filtered(|value| value != OPENID && value != OFFLINE_ACCESS);
            !data.within(&allowed.scope) || !asked.claims.within(&allowed.claims)
        }
    };
    asked.insisted || offline || more
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(scope: &str) -> Asked {
        Asked { scope: Scope::parse(scope).unwrap(), claims: Scope::default(), insisted: false }
    }

    fn allowed(scope: &str) -> Consent {
        Consent { scope: Scope::parse(scope).unwrap(), claims: Scope::default() }
    }

    #[test]
    fn a_public_task_asks_nothing_but_access_while_away() {
        assert!(!must_ask(&asked("openid profile email"), LegalBasis::PublicTask, None));
        assert!(must_ask(&asked("openid offline_access"), LegalBasis::PublicTask, None));
        assert!(!must_ask(&asked("openid offline_access"), LegalBasis::PublicTask, Some(&allowed("offline_access"))));
        assert!(must_ask(&Asked { insisted: true, ..asked("openid") }, LegalBasis::PublicTask, None));
    }

    #[test]
    fn consent_is_remembered_and_asked_again_when_more_is_asked() {
        assert!(must_ask(&asked("openid profile"), LegalBasis::Consent, None));
        assert!(!must_ask(&asked("openid profile"), LegalBasis::Consent, Some(&allowed("openid profile email"))));
        assert!(must_ask(&asked("openid profile phone"), LegalBasis::Consent, Some(&allowed("openid profile"))));
        let single = Asked { claims: Scope::parse("birthdate").unwrap(), ..asked("openid") };
        assert!(must_ask(&single, LegalBasis::Consent, Some(&allowed("openid"))));
        assert!(!must_ask(&asked("openid"), LegalBasis::Consent, None));
    }
}
