//! Where the letters and messages of a town are read.

use motcua::parts::letters::Channel;

use super::Mail;
use super::Phone;
use super::PostOffice;
use super::Town;

/// Letters by mail.
pub struct Mailbox<'a> {
    pub(super) town: &'a Town,
    pub office: &'a PostOffice,
}

impl Mailbox<'_> {
    /// The oldest letter to `address` that was not taken out; what is due is brought first.
    pub async fn next_for(&self, address: &str) -> Mail {
        self.try_next_for(address).await.unwrap_or_else(|| panic!("no letter for {address}"))
    }

    /// The same, where there may be none.
    pub async fn try_next_for(&self, address: &str) -> Option<Mail> {
        self.town.bring(Channel::Mail).await;
        self.office.take(address)
    }
}

/// Text messages.
pub struct Handset<'a> {
    pub(super) town: &'a Town,
    pub phone: &'a Phone,
}

impl Handset<'_> {
    /// The oldest message to `number` (E.164) that was not taken out; what is due is brought first.
    pub async fn next_for(&self, number: &str) -> String {
        self.try_next_for(number).await.unwrap_or_else(|| panic!("no message for {number}"))
    }

    /// The next message to `number` that begins with a code, and its code; those before it are taken out.
    pub async fn next_code_for(&self, number: &str) -> (String, String) {
        loop {
            let text = self.next_for(number).await;
            let word = text.split_whitespace().next().unwrap().to_owned();
            if word.len() == 6 && word.bytes().all(|digit| digit.is_ascii_digit()) {
                return (text, word);
            }
        }
    }

    /// The same, where there may be none.
    pub async fn try_next_for(&self, number: &str) -> Option<String> {
        self.town.bring(Channel::Sms).await;
        self.phone.take(number)
    }
}
