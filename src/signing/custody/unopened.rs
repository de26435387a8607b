//! A custody that nobody opens: for those who look at keys and use none.

use super::super::Created;
use super::super::Custody;
use super::CustodyFuture;
use super::Private;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::jose::jwa::KeyAlgorithm;
use crate::store::signing_keys::SigningKeyRow;

/// Holds no key.
pub struct Unopened;

impl Unopened {
    fn refuse<T: Send + 'static>(&self) -> CustodyFuture<'_, T> {
        Box::pin(std::future::ready(Err(Fault::broken("private keys are not opened to be looked at"))))
    }
}

impl Custody for Unopened {
    fn name(&self) -> &'static str {
        "unopened"
    }

    fn create(&self, _: KeyAlgorithm, _: Timestamp) -> CustodyFuture<'_, Created> {
        self.refuse()
    }

    fn load<'a>(&'a self, _: &'a SigningKeyRow, _: KeyAlgorithm) -> CustodyFuture<'a, Private> {
        self.refuse()
    }

    fn destroy<'a>(&'a self, _: &'a str) -> CustodyFuture<'a, ()> {
        self.refuse()
    }
}
