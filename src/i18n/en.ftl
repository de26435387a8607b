# Every word that a citizen reads. The reader is "you"; a button begins with its verb; no word of the protocol.
# The names of messages and variables must equal those of vi.ftl; build.rs compares them.

## The frame of every page
title = { $title } · { $deployment }
title-with-error = Error: { $title } · { $deployment }
skip-to-main = Skip to main content
languages = Language
language-name = English
help = Help: { $contact }
help-if-stuck = If it still does not work, contact the help desk: { $contact }.
privacy = Privacy
accessibility = Accessibility
home-link = Go to the start page
signed-in-as = You are signed in as { $name }.
wait-seconds = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
}
wait-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
wait-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}

## Who asks
asks-for = to continue to
asks-policy = Privacy
asks-policy-of = Privacy at { $service }
asks-terms = Terms
asks-terms-of = Terms of { $service }

## Sign in
sign-in = Sign in
sign-in-again = Sign in again
sign-in-again-why = You are signed in as { $name }. To protect you, this service needs you to sign in again.
sign-in-username = Identity number, email or user name
sign-in-password = Password
sign-in-show = Show password
sign-in-hide = Hide password
sign-in-refused = You are not signed in yet
sign-in-refused-now = What you entered or the password is not right. Check Caps Lock and your keyboard language, then try again.
sign-in-refused-else = Or choose “I cannot sign in” below.
sign-in-refused-password = Enter your password again
sign-in-too-many = There have been too many attempts to sign in
sign-in-too-many-now = Wait { $wait }, then try again.
sign-in-too-many-else = The account is not locked. While you wait, look for the password that your device or your password manager has kept.
sign-in-expired = This page was open for too long
sign-in-expired-now = To keep you safe, we have started the page afresh. Nothing was lost: you can sign in now.
sign-in-busy = The system is busy
sign-in-busy-now = Nothing was lost. Wait { $wait }, then sign in again.
sign-in-missing = Something is missing
sign-in-missing-now = Fill in both fields below, then sign in.
sign-in-missing-username = Enter your identity number, email or user name
sign-in-missing-password = Enter your password
sign-in-ended = You are signed out
sign-in-ended-now = You signed out meanwhile, here or elsewhere. Sign in again to go on.

## A second step
second = One more step
second-passkey = Use your passkey
second-code = Code
second-code-hint = The six digits in your authenticator app, or one of your recovery codes.
second-paper-hint = One of your recovery codes.
second-code-wrong = That code is not right, or was used before. Wait for the next one in your app, or take another recovery code.
second-paper-wrong = That code is not right, or was used before. Take another recovery code.
second-code-again = Enter a new code
code-again = Enter the code again
second-busy = Nothing was lost. Wait { $wait }, then try again.
second-go-on = Continue
second-passkey-why = So that we can be sure that it is you, confirm with your passkey: your fingerprint, your face or the code of your device.
second-afresh = Start again
second-without-what = You can leave this out. The service is then told so, and may show you less.
second-without = Go on without it
second-give-up-what = This service needs this step. If you cannot do it now, return to the service and try another time.

## How a person signs in
security = How you sign in
security-not-done = Nothing was changed
security-stale = This page was open for too long. Try again now.
security-past = After this page was opened, something was removed from how you sign in: in another window, or by a link in a letter. What this page was about to add may be what was removed, so nothing was added. If you still want to add it, begin again here: this page is new.
security-passkey-refused = Your device did not confirm the passkey. Try again, or use another device.
security-passkey-model = Passkeys are accepted here from certain kinds of device only, and yours did not show that it is one of them. If your browser asks whether it may tell the make and model of the device, allow it. Otherwise use another device or another way to sign in.
security-passkey-known = This passkey is in use already.
security-last = This is your last way to sign in. Add another one first.
security-too-many = You have as many passkeys as we can keep. Remove one first.
security-app-already = You have an authenticator app already. Remove it first, with the button below.
security-passkeys = Passkeys
security-passkeys-what = A passkey lets you sign in with your fingerprint, your face or the code of your device. A fake page cannot steal it.
security-passkey-usual = My passkey
security-passkey-name = Name of the new passkey
security-passkey-name-hint = For example: My phone
security-passkey-add = Add a passkey
security-passkey-failed = No passkey was created. Try again, or use another device.
security-passkey-there = This device has a passkey of yours already. You can sign in with it.
security-name = Name
security-rename = Save the name
security-change = Change
security-change-of = Change the passkey “{ $name }”
security-passkey-one = Your passkey
security-passkey-remove = Remove this passkey
security-app-remove-what = If you remove the app, you are not asked for its codes any more. If you have neither a passkey nor codes by SMS, your password alone opens your account, and your recovery codes are void.
security-since = Added on { $day }
security-used = Last used on { $day }
security-used-from = Last used on { $day } · { $from }
security-app = Authenticator app
security-app-what = An app on your phone shows a code that you enter after your password.
security-codes-shut = Wrong codes were entered too often, and those you have no longer work. Remove what you have here, then add it again.
security-shut = This password was entered wrongly too often and no longer works. Sign in with a passkey or in another way, then choose another password here.
security-app-remove = Remove the app
security-app-remove-ask = Remove the authenticator app?
security-back = Go back
totp-add = Add an authenticator app
totp-scan = Open the authenticator app on your phone and scan this picture.
totp-picture = A picture that the authenticator app scans
totp-open = Open the app on this device
totp-type = Or type this key into the app:
totp-code = The six digits that the app shows now
totp-wrong = That code is not right. Enter the code that the app shows now.
totp-confirm = Confirm
codes = Recovery codes
codes-what = Each code opens your account once, after your password, when your phone is not at hand. New codes replace the former ones.
codes-make = Make new recovery codes
codes-alone = Recovery codes stand in for an authenticator app, codes by SMS or a passkey when it is not at hand. Add one of these first.
codes-keep = Write these codes down or print this page, and keep it in a safe place. We show them only now.
codes-kept = I have kept them
security-codes-left = { $count ->
    [0] You have no recovery codes.
    [one] You have { $count } recovery code left.
   *[other] You have { $count } recovery codes left.
}

## Change the password
password-change = Change the password
password-set = Set a password
password-current = Current password
password-new = New password
password-elsewhere = Other devices
password-end-others = Sign me out everywhere else
password-wrong = Your current password is not right. Enter it again.

## Passkeys
passkey-use = Use a passkey
passkey-failed = Your passkey was not used. Try again, or choose another way.
passkey-needs-script = To use a passkey, turn on JavaScript in your browser.
passkey-refused = We could not use this passkey. Try again, or choose another way.

## Choose a password
new-password-short = Use at least { $least } characters. A short sentence is easy to remember and hard to guess.
new-password-long = Use at most { $most } characters.
new-password-unseen = This password has a character that nobody can see, perhaps because it was copied. Type the password yourself.
new-password-common = Many people have this password, so it is among the first that a thief tries. Choose another one.
new-password-own = This password is little more than your own names, numbers, dates or address, which others may know. Choose another one, or add some words to it.
new-password-again = Choose another password

## Choose an account
continue-title = Which account do you want to use?
continue-as = Continue as { $name }
continue-another = Use another account

## Share information
consent-share = Share information with this service?
consent-offline = Allow this service to go on while you are away?
consent-continue = Continue to this service?
consent-purpose = Purpose:
consent-more = You agreed to share part of this before. This time the service needs more: the items marked “New”.
consent-new = New
consent-law = The law allows { $agency } to receive the information needed for this task, so we do not ask you about that information.
consent-only-identifier = This service receives only a code of its own by which it knows you next time, and no other information about you.
consent-away = While you are away
consent-away-what = “{ $service }” may go on using what it is allowed to know, even when you do not have its page open.
consent-allow-share = Agree and continue
consent-deny-share = Do not share
consent-allow-offline = Allow and continue
consent-deny-offline = Do not allow
consent-allow-continue = Continue
consent-deny-continue = Stop here
consent-remembered = We remember your choice and ask again only when the service needs more.
consent-withdraw-at = You can look at it again, and withdraw it, at any time:
consent-look-at = You can look at what it received, at any time:
consent-if-denied = If you choose “{ $deny }”, you return to the service without being signed in there.
consent-no-number = This service does not receive your identity number.
consent-from = From: { $records }.
consent-from-account = From your { $deployment } account, unless another source is named.
consent-details = Details

## What was agreed to
consents = What you agreed to share
consents-none = You have agreed to share nothing.
consents-what = If you withdraw, the service receives nothing more from { $deployment }, and asks you again next time. What it has already received it still has: about that, ask the service.
consents-since = Since { $day }
consents-by-law = By law
consents-by-law-what = The law allows these agencies to receive the information that their task needs. They received it in the last 30 days; you are not asked about it, and cannot withdraw it.
consents-withdraw = Withdraw
consents-withdraw-from = Withdraw from { $service }

## Open an account
open = Open an account
open-step = Step { $step } of 4
open-not-yet = Not done yet
open-address-what = Enter your email or phone number. We send a code there.
open-address-what-mail = Enter your email. We send a code there.
open-address-what-phone = Enter your phone number. We send a code there.
open-address-both = Email or phone number
open-address-wrong = This is not right. Check it, then enter it again.
open-address-again = Enter it again
open-send = Send the code
open-working = One moment, please…
open-no-script = Your browser does not run JavaScript. Wait { $wait } from when you opened the page, then send it: this slows down machines that send thousands.
open-too-many = Many codes were sent there a short while ago.
open-full = So many accounts are being opened from this network that no more codes are sent there for now. Try again after the time below, or from another network, such as your phone’s.
open-expired = This page was open for too long, or was sent before. Enter it again and send it.
open-code = Enter the code
open-code-sent = We are writing to { $address }. If there is no account of it yet, you will get a code of six digits that works for 5 minutes.
open-code-label = Code of six digits
open-code-wrong = The code is not right. Check it, then enter it again.
open-code-over = This code no longer works. Get a new one.
open-code-afresh = Get a new code or change where it goes
open-person = Who are you?
open-person-wrong = Look again at the fields that are marked below.
open-name-missing = Enter your full name
open-user-name = User name (optional)
open-user-name-hint = 3 to 40 letters, digits, dots or dashes. If you leave it empty, you sign in with the email or phone number that you just confirmed.
open-user-name-form = Choose a name of 3 to 40 letters, digits, dots or dashes, with one letter at least
open-user-name-taken = Somebody has this user name already. Choose another
open-user-name-other = Choose another user name
open-number = Identity number (optional)
open-number-hint = Nobody has compared it with your papers. Until somebody does, you cannot sign in with it and no service receives it.
open-number-form = Enter all { $digits } digits
open-key-name = The name that you sign in with
open-passkey-what = Or use a passkey: you sign in with your fingerprint, your face or the code of your device, without a password.
open-passkey = Open the account with a passkey
open-address-taken = This account is open already

## The account
account = My account
account-number = Identity number
account-number-claimed = Identity number as you told it, not verified
account-level-one = Identity checked by a document · level 1
account-level-two = Identity verified · level 2
account-recovery = Somebody asks to reset your password
account-recovery-from = Somebody said that they can no longer sign in. From { $time } they can choose a new password, and whatever opens your account now stops working.
account-recovery-until = Somebody said that they can no longer sign in. Now and until { $time } they can choose a new password, and whatever opens your account now stops working.
account-recovery-stop-what = If it is not you, stop it now. If it is you, you have nothing to do here.
account-recovery-stop = It is not me: stop it
account-security = See and change
account-places = Where you are signed in
account-here = this device
account-device = Unknown browser
account-since = Since { $since }, last used { $used }
account-reached = { $count ->
    [one] { $count } service
   *[other] { $count } services
}
account-end = Sign out
account-end-of = Sign out: { $device }, { $what }
account-end-what = Where you sign out, one has to sign in again, and the services opened there are told.
account-end-others = Sign out everywhere but here
account-services = Services that may know you
account-services-none = You have agreed to share nothing, and no service has received your information in the last 30 days.
account-services-all = See all, and withdraw
account-letters = Letters to you
account-letters-vi = Letters to you are in Vietnamese.
account-letters-en = Letters to you are in English.
account-letters-to-vi = Change to Vietnamese
account-letters-to-en = Change to English

## What services may receive
received = May receive: { $names }.
received-code = Receives only a code of its own by which it knows you.
received-away = Also while you are away.
received-last = last on { $day }
claim-details = other details of your profile

## What happened to the account
history = Sign-ins and sharing
history-kept = Every sign-in, and every time a service received something about you. We keep this for { $years ->
    [one] { $years } year
   *[other] { $years } years
}.
history-open = See what happened
history-service = Service
history-every = Every service
history-month = Month
history-find = Show
history-none = There is nothing from { $since } to { $until }.
history-earlier = See earlier entries
history-gone = a service that is no longer connected ({ $id })
history-received = Received information about you
history-last = May have received it again until { $day }.
history-purpose = Purpose: { $purpose }
history-signed-in = Signed in
history-signed-out = Signed out
history-service-left = Signed out of one service
history-consent-given = You agreed to share
history-consent-denied = You declined to share
history-consent-withdrawn = You withdrew your agreement
history-grant-revoked = Access ended
history-disabled = Your account was suspended
history-enabled = Your account was opened again
history-all-ended = Those who run the system ended every sign-in
history-password-changed = You changed your password
history-password-set = Those who run the system gave you another password
history-credential-added = A way to sign in was added
history-credential-removed = A way to sign in was removed
history-proofed = Your identity was verified
history-opened = You opened your account
history-added = Your account was created
history-exported = You downloaded your information
history-language = You chose the language of letters
history-closing = You asked to close your account
history-kept-account = You decided to keep your account

## What is known, as a file
export = Your information as a file
export-what = One file with all that we know about you, which you get within 15 minutes of signing in. Keep it where nobody else reads it.
export-get = Download the file

## Closing the account
close = Close the account
close-open = Close my account
close-what = When you close your account, you are signed out everywhere at once, and no service receives anything about you any more.
close-think = You have { $days ->
    [one] { $days } day
   *[other] { $days } days
} to change your mind: sign in before then, and keep the account.
close-after = After that, your information and your ways to sign in are erased for good. The law asks us to keep the history of sign-ins and sharing for { $years ->
    [one] { $years } year
   *[other] { $years } years
}, without your name. If you have an account again one day, services do not know it as this one.
close-take = If you want to take your information along, download the file on the page “My account” first.
close-do = Close my account
close-not = Do not close
closing = Your account closes on { $day }
account-closing = Your account closes on { $day }.
closing-open = Keep the account, or see more
closing-what = You asked for this. Until that day you can keep the account, with everything in it. Before you do, no service can use it.
closing-keep = Keep my account
closing-go-on = Close it anyway
closing-go-on-what = If you still want to close it, we sign you out here.
closed-what = You are signed out everywhere, and no service receives anything about you any more.
closed-change = If you change your mind, sign in before that day and choose “Keep my account”.

## Names of the information
claim-name = Full name
claim-given-name = Given name
claim-family-name = Family name
claim-middle-name = Middle name
claim-nickname = Nickname
claim-preferred-username = User name
claim-profile = Profile page
claim-picture = Picture
claim-website = Website
claim-email = Email
claim-email-verified = Email confirmation
claim-gender = Gender
claim-birthdate = Date of birth
claim-zoneinfo = Time zone
claim-locale = Language
claim-updated-at = Information last updated
claim-address = Address
claim-phone-number = Phone number
claim-phone-number-verified = Phone number confirmation
claim-other = Other information ({ $name })
claim-elsewhere = as { $agency } has it
value-verified = Confirmed
value-unverified = Not confirmed
value-yes = Yes
value-no = No
value-male = Male
value-female = Female

## Error pages
error-reference = Reference number
error-reference-why = When you ask for help, read out this number so that we can find what happened.
error-detail = Details for those who run the service
error-start-again = Start again at { $service }
error-start-again-now = Start again at the service, with the button below. If you see this page again, give the reference number to those who run the service.
error-back-to-service = Go back to the service and try again. If you see this page again, give the reference number to those who run the service.
error-unknown-service = We do not recognise this service
error-unknown-service-what = The service that brought you here is not connected to { $deployment }, or is no longer.
error-unregistered-address = We cannot return you to the service yet
error-unregistered-address-what = The return address that the service gave is not on its registered list. To protect you, we stop here.
error-expired = This sign-in has run out of time
error-expired-what = The page was open for too long, so we closed it to keep you safe. Nothing was lost.
error-expired-now = Go back to the service you need and sign in once more.
error-answered = You have already signed in
error-answered-what = The service knows it, so there is nothing left to do on this page.
error-answered-now = Go back to the service. If you are not signed in there, start again there.
error-browser = This sign-in cannot go on here
error-browser-what = It may have begun on another device or in another app. Or the app in which you see this page keeps no cookies, the small notes by which a site knows you from one page to the next.
error-browser-now = Go back to the service and sign in from the beginning, on one and the same device and in the same app.
error-browser-again = Start again at the service, with the button below.
error-browser-cookies = If you see this page again, allow cookies in the settings of the app, then try again.
error-logout = We did not sign you out
error-logout-what = The request that the service sent has a mistake, so we changed nothing.
error-logout-now = To sign out, use the button below.
error-not-found = This page was not found
error-not-found-what = The address may lack a few characters, or the page may no longer be here.
error-not-found-now = Check the address at the top of the window.
error-method = This page cannot be opened that way
error-method-what = This address is only a step on the way to signing in.
error-too-large = Too much data was sent
error-too-large-what = We could not take your request, because the data exceeds the limit.
error-bad-request = We could not read this request
error-bad-request-what = Something in it is missing or does not fit, so we could not go on.
error-foreign = We did not do what another site asked
error-foreign-what = Another website sent something that only our own pages may send. To protect you, we changed nothing.
error-foreign-now = If you want to sign in or sign out, begin on the start page.
error-busy = The system is busy
error-busy-what = Your last request was not carried out. Everything you had finished before is kept.
error-busy-now = Wait { $wait }, then try again.
error-unanswered = We could not answer in time
error-unanswered-what = Your last request may have been carried out, and we do not know yet. Everything you had finished before is kept.
error-unanswered-now = Wait { $wait }, then look before you try again: what happened to your account stands in its history.
error-internal = The system has a problem
error-internal-what = Your last request was not carried out. The problem has been recorded so that we can fix it.
error-internal-now = Try again in a few minutes. If you see this page again, give us the reference number below.

## Sign out
sign-out = Sign out
sign-out-title = Sign out of { $deployment }?
sign-out-asked = “{ $service }” sent you here to sign out.
sign-out-what = After that, every service that you opened here asks you to sign in again.
sign-out-keep = Stay signed in to
sign-out-keep-how = You will be signed out of every service that you do not tick. If you tick one, you also stay signed in to { $deployment }.
sign-out-completely = Sign out completely
sign-out-stay = Do not sign out
signed-out-partly = You are signed out of some services
signed-out-partly-what = You are still signed in to { $deployment }: whoever opens a service on this device does so in your name. If others use the device too, sign out completely.
signed-out = You are signed out
signed-out-what = Next time, every service that you opened here asks you to sign in again.
signed-out-shared = If others use this device too, close all windows before you leave it.
signed-out-nobody = Nobody is signed in
signed-out-nobody-what = No account is signed in here. You can close this page.

## Start page
home-welcome = Hello, { $name }
home-signed-in = You are signed in. Open any service that uses { $deployment }: most will not ask you to sign in again.
home-what = Sign in once, use every service
home-what-for = This is where you sign in to the services that use { $deployment }.
home-how = You can sign in here, or open the page of the service you need: it brings you here.
home-recent = Services you opened lately
home-services = Services
home-others = Other services

## After a sign-in with a password
lead-offer = Sign in without a password next time?
lead-where = You can also add one later, on the page of your account.
lead-make = Create a passkey
lead-later = Not now
lead-never = Do not ask me again
lead-short = Your password is too short
lead-alone = A password that opens your account by itself needs at least { $least } characters. Choose a longer one, or protect your account in another way as well.
lead-longer-why = Your password needs at least { $least } characters. Choose a longer one.
lead-longer = Choose a longer password
lead-until = You can put this off until { $day }.
lead-must = Please do this now to go on.

## Levels of assurance
assurance = Levels of assurance
assurance-what = A service can ask { $deployment } how sure it has to be of who signs in. There are three levels. Each says how the identity was verified and how the person signed in.
assurance-level = Level { $level }
assurance-identity = Identity
assurance-sign-in = Sign-in
assurance-self = By the person’s own word, or by a document that nobody looked at in person (identity level 0 or 1)
assurance-in-person = Verified in person, or by the chip of an identity card (identity level 2)
assurance-any = One factor, for example a password
assurance-two = Two factors, or a passkey whose device verifies its user
assurance-passkey = A passkey whose device verifies its user
assurance-eidas = { $level }
assurance-none = None: the identity may be unverified
assurance-resistant = resistant to phishing
assurance-synced = A passkey that is copied between devices is never more than AAL2.
assurance-own = We compare the levels ourselves: this is no certificate, and no notification under eIDAS.
assurance-programs = Programs read the same under the name urn:motcua:acr_mappings at

## Return to the service
returning = Returning to the service…
returning-how = If nothing happens, use the button below.
returning-button = Return to the service

## Letters
letter-greeting = Hello,
letter-foot = { $deployment } sent this letter automatically. Please do not reply to it.
letter-foot-links = The links in our letters always begin with { $issuer }/
letter-moment = { $clock } on { $day } ({ $offset })
letter-if-you = If this was you, there is nothing to do.
letter-stop = If it was not you, open the link below to stop it.
letter-stop-action = It was not me: stop it
letter-not-you-sms = { $what }. Not you? Stop it at
letter-code = Your code for { $deployment }
letter-code-what = Enter this code on the page that you have open:
letter-code-valid = The code works once, within 5 minutes of when you asked for it.
letter-code-never = Give this code to nobody, not even to somebody who says that they are an official.
letter-code-else = If you did not ask for this code, ignore this letter: without the code nobody can do anything.
letter-code-sms = { $code } is your code for { $deployment }. It works for 5 minutes. Give it to nobody.
letter-opening = The code to open your { $deployment } account
letter-opening-what = You are opening a { $deployment } account with this address. Enter this code on the page that you have open:
letter-already = You already have a { $deployment } account
letter-already-what = Somebody just wanted to open a new account with this address, but it belongs to your account already. No new account was opened.
letter-already-you = If this was you, sign in to the account that you have.
letter-already-else = If it was not you, there is nothing to do.
letter-device = A new device signed in to your { $deployment } account
letter-device-what = Device: { $device }. Time: { $time }.
letter-device-else = If it was not you, open the page below and end that sign-in. Then see how you sign in: change the password, if you have one, and remove what is not yours.
letter-device-action = See where you are signed in
letter-added = There is a new way to sign in to your { $deployment } account
letter-added-what = Added: { $credential }. Time: { $time }.
letter-removed = A way to sign in to your { $deployment } account was removed
letter-removed-what = Removed: { $credential }. Time: { $time }.
letter-called = { $kind } “{ $name }”
letter-password-kind = password
letter-passkey-kind = passkey
letter-totp-kind = authenticator app
letter-recovery-codes-kind = recovery codes
letter-email-kind = email address
letter-phone-kind = phone number
letter-password = The password of your { $deployment } account was changed
letter-password-what = Your password was changed at { $time }.
letter-expected = If you asked for this or expected it, there is nothing to do.
letter-account-action = Look at your account
letter-address = The { $address } of your { $deployment } account was changed
letter-address-what = At { $time }, an office that keeps your data changed the { $address } at which we reach you.
letter-confirmed = An office has confirmed your identity for { $deployment }
letter-confirmed-what = At { $time }, an office confirmed that your account belongs to you. Services can now be surer of you.
letter-taken-back = Your identity is no longer confirmed for { $deployment }
letter-taken-back-what = At { $time }, an office took back that it had confirmed who you are, and every sign-in ended.
letter-taken-back-else = You can still sign in. Some services will ask you to prove who you are at a counter once more.
letter-recovered = Your { $deployment } account has a new password
letter-recovered-what = At { $time }, somebody got back into your account and set a new password. What opened it before no longer works: passkeys, the authenticator app, all codes. Every device was signed out.
letter-stopped = A change to your { $deployment } account was stopped
letter-stopped-what = At { $time }, a change to your account was stopped by the link in one of our letters. Every way to sign in that was added or set since that change is gone, and every device was signed out.
letter-stopped-else = If you can no longer sign in, get back into your account here.
letter-shut = A way to sign in to your { $deployment } account no longer works
letter-shut-what = At { $time }, your { $credential } was tried in vain for the hundredth time in a row. It opens nothing any more.
letter-shut-you = If you can sign in another way, do so and choose a new one. If not, get back into your account.
letter-shut-else = If it was not you who tried: nobody got in, and your account is safe.
letter-recovery = Somebody asked to recover your { $deployment } account
letter-recovery-what = At { $time }, somebody said that they can no longer sign in and asked to recover your account.
letter-recovery-until = If this was you, wait until { $time }. You can then choose a new way to sign in.
letter-recovery-code-what = At { $time }, an official made a code that lets you into your account again. It works at once.
letter-recovery-code = If you asked for this, say on the sign-in page that you cannot sign in, and enter that code. You can then choose a new way to sign in.
letter-closes = Your { $deployment } account closes on { $day }
letter-closes-what = You asked to close your account. On { $day } it closes and cannot be opened again.
letter-closes-keep = If you change your mind, or if it was not you who asked, keep the account before that day.
letter-closes-action = Keep the account

## The way back in
recovery = Get back into your account
recovery-open = I cannot sign in
recovery-what = If you have lost your password, your phone or your passkey, prove that the account is yours. Nothing changes until you do.
recovery-way = How do you want to prove it?
recovery-by-mail = With a code sent to my email address
recovery-by-sms = With a code sent to my phone
recovery-by-official = With a code that an official gave me
recovery-go-on = Continue
recovery-not-yet = That did not work yet
recovery-no-name = Enter your identity number, email or user name, and choose a way.
recovery-no-way = Choose a way
recovery-wrong = That code is not right. Look at it again, and enter it without leaving anything out.
recovery-over = The code is too old, or was tried too often. Ask for a new one.
recovery-code = Enter the code
recovery-code-sent = If there is such an account, and this address or number is known to be its owner’s, a code is on its way. It works for 5 minutes, on this device only.
recovery-code-official = Enter the code that the official gave you.
recovery-again = Another code or another way
recovery-wait = You can go on later
recovery-wait-until = We have your request. To be sure that nobody takes your account from you, there is a wait: come back after { $time } and enter a new code. You can then choose a new password.
recovery-wait-told = We have written to every address of the account. Whoever did not ask for this can stop it.
recovery-untold = The wait is over, but the account stays closed for now
recovery-untold-what = We could not tell every address of the account yet, so its owner could not have stopped this. We keep trying: come back later and enter a new code. If you cannot wait, ask an official.
recovery-password = Choose a new password
recovery-password-what = Your former password, passkeys, app and recovery codes stop working, and every sign-in ends. Some services may ask you to prove who you are at a counter once more.
recovery-done = You have your account back
recovery-done-what = Sign in with your new password. Then add a passkey or an authenticator app, so that you do not depend on the password alone.
history-recovery-began = Somebody asked to recover the account
history-recovery-stopped = The recovery was stopped
history-recovered = The account was recovered with a new password
stop-recovery = Somebody wants to get into your account
stop-recovery-what = Somebody said that they can no longer sign in, and asked for your account. If it was not you, stop it.
stop-added = A way to sign in was added to your account
stop-added-what = If it was not you, stop it: what was added, and whatever was added or set since, no longer works, and every sign-in ends.
stop-removed = A way to sign in was removed from your account
stop-removed-what = If it was not you, stop it: every sign-in ends, and whatever was added or set since opens nothing any more. Then sign in and look at what is left.
stop-password = Your password was changed
stop-password-what = If it was not you, stop it: that password, and whatever was added or set since, no longer works, and every sign-in ends. Then get back into your account with a code.
stop-address = An address of your account was changed
stop-address-what = If it was not you, stop it: we send nothing to the new address until an office confirms it, whatever was added or set since then no longer works, and every sign-in ends.
stop-proofed = Your identity was confirmed for your account
stop-proofed-what = If it was not you, stop it: your account counts as not confirmed until an office looks again, whatever was added or set since then no longer works, and every sign-in ends.
stopped = It is stopped
stopped-recovery = Nobody gets into your account this way. If you did not ask for it, look at how you sign in, and whether your email is safe.
stopped-change = Every sign-in has ended, and whatever was added since then no longer works. Sign in again, look at how you sign in, and change the password, if you have one.
stopped-password = Every sign-in has ended, and neither the password nor anything that was added since then opens your account. Now get back into it, and choose a new password.
stopped-before = It is stopped already
stopped-before-what = What this letter tells of was stopped before; nothing happens a second time. If you cannot sign in, get back into your account.
stop-late = This can no longer be stopped
stop-late-change = The link works for a week, and for an account that is in use. If somebody else uses your account, get it back.
stop-late-recovery = What this letter tells of is over. If you cannot sign in, get your account back.
stopped-last = Every sign-in has ended. What was stopped was the last that opened your account, so we have begun to give it back to you.
stopped-recovery-began = Come back after { $time }, get a code and choose a new password. An official can help you sooner. We have written to every address of the account.
history-change-stopped = A change of how you sign in was stopped

## Codes by SMS
second-text = Send me a code by SMS
second-text-again = Send another code
second-text-what = We will send a code to your phone.
second-sent = Enter the code that was sent to your phone. It works for 5 minutes.
second-not-sent = No code could be sent. Perhaps there were too many within the last hour. Use another way, or try again later.
second-not-sent-alone = No code could be sent. Perhaps there were too many within the last hour. Try again later, or choose “I cannot sign in”.
texts-not-sent = No code could be sent. Perhaps there were too many within the last hour. Try again later, or go back and add a passkey or an authenticator app.
late-mail = Emails are slow to arrive now.
late-sms = Text messages are slow to arrive now.
late-both = Emails and text messages are slow to arrive now.
late-way = If nothing comes, choose another way.
late-address = If nothing comes, try another email or phone number.
late-alone = If nothing comes, try again later, or choose “I cannot sign in”.
late-texts = You can go back and add a passkey or an authenticator app instead: they need no messages.
texts = Codes by SMS
texts-what = We can send a code to { $number } whenever you sign in with your password. Somebody who takes over your phone number gets the codes too: a passkey or an authenticator app is safer.
texts-sent = Enter the code that was sent to { $number }. It works for 5 minutes.
texts-wrong = That code is not right, or too old. Look at it again, or ask for another code.
texts-add = Use codes by SMS
texts-remove = Stop using codes by SMS
texts-remove-what = After this your password alone, or another way that you have, opens your account.
letter-text-kind = codes by SMS

## Officials and what they may do
history-right-granted = You were given a right as an official
history-right-revoked = A right that you had as an official was ended
history-sought = An official looked for you by what you are known by
history-looked-at = An official looked at what is known of you
history-office = By the office for { $office }
history-reason = Reason given: { $reason }
purpose-sign-in-help = help with signing in
purpose-recovery = getting back into the account
purpose-proofing = verifying identity
purpose-correction = correcting what is known
purpose-security = protecting the account from misuse
purpose-legal-duty = a duty by law or court order
role-national-operator = national operator
role-unit-administrator = unit administrator
role-branch-administrator = branch administrator
role-registrar = registrar
role-approver = approver
role-support-desk = support desk
role-proofing-official = proofing official
role-auditor = auditor
act-units-look = see units
act-units-change = change units
act-units-succeed = reorganize units
act-branches-look = see branches
act-branches-change = change branches
act-agencies-look = see agencies
act-agencies-change = change agencies
act-services-look = see services
act-services-change = change services
act-clients-look = see clients
act-clients-change = change clients
act-clients-remove = remove clients
act-clients-to-production = put a client into production
act-rights-look = see who has which rights
act-rights-grant = give a right
act-rights-revoke = end a right
act-pending-look = see what waits for approval
act-pending-decide = approve or refuse what waits
act-people-find = find a person
act-people-sign-out = sign a person out
act-people-proof = record that a person’s identity was verified
act-people-recover = let a person back into the account
act-people-disable = suspend an account
act-people-enable = open an account again
act-people-enter = enter people
act-people-remove = remove a person
act-people-export = write out everybody
act-sessions-look = see where a person is signed in
act-sessions-end = end a sign-in
act-grants-look = see what services received
act-grants-revoke = end a service’s access
act-keys-look = see the keys
act-keys-rotate = replace a key
act-keys-revoke = revoke a key
act-outbox-look = see what was not delivered
act-outbox-retry = have it delivered again
act-audit-look = read the audit trail
act-figures-look = see how services are used
act-declaration-look = write out the declaration
act-declaration-apply = apply a declaration
right-everywhere = the whole country
right-bounds = { $place }, { $bound }
right-branch = branch { $branch }
right-agency = agency { $agency }
right-subordinates = agency { $agency } and its subordinates
verdict-allowed = Allowed: { $act }, as { $role } ({ $place }).
verdict-kind = Not allowed: this act is about something of another kind.
verdict-no-rights = Not allowed: there is no right of an official.
verdict-role = Not allowed: no role here may { $act }. The nearest is { $role } ({ $place }).
verdict-revoked = Not allowed: the right as { $role } ({ $place }) was ended at { $at }.
verdict-over = Not allowed: the right as { $role } ({ $place }) was valid until { $at }.
verdict-not-yet = Not allowed yet: the right as { $role } ({ $place }) is valid from { $at }.
verdict-abolished = Not allowed: { $place } was abolished, and the unit above it decides.
verdict-undecided = Not allowed: { $place } was divided, nobody has decided yet who succeeds, and the unit above it decides meanwhile.
verdict-bounded = Not allowed: this concerns the whole country, and the right as { $role } is limited to { $place }.
verdict-unit = Not allowed: the right as { $role } ({ $place }) does not reach this unit.
verdict-branch = Not allowed: the right as { $role } ({ $place }) does not reach this branch.
verdict-agency = Not allowed: the right as { $role } ({ $place }) does not reach this agency.
verdict-superior = Not allowed: whoever this is about has more rights than { $role } ({ $place }).
widens-counts = This right cannot be given: the right by which it would be given does not count now.
widens-delegation = This right cannot be given: the right by which it would be given may not be passed on.
widens-acts = This right cannot be given: its role may do more than the role of who gives it.
widens-unit = This right cannot be given: it would reach beyond the unit of who gives it.
widens-branch = This right cannot be given: it would reach beyond the branch of who gives it.
widens-agency = This right cannot be given: it would reach beyond the agency of who gives it.
widens-time = This right cannot be given: it would be valid before or after the right of who gives it.

# The API of officials, and the offices in which they act.
office-not-there = There is no such thing, or your office may not see it.
office-there = There is one of this name already.
problem-unauthorized = An access token for the API is needed.
problem-sign-in = The sign-in behind the access token is not sure enough for this, or not fresh.
problem-scope = The access token does not allow this.
problem-not-allowed = The rights of the office do not allow this.
problem-not-found = There is nothing at this address.
problem-method = This address does not take the method.
problem-invalid = The request makes no sense.
problem-too-large = The body is too long.
problem-media-type = The body is of the wrong kind.
problem-changed = Somebody else changed this meanwhile.
problem-version-needed = Which version is to be changed was not said.
problem-conflict = This cannot be as things are.
problem-key-reused = The key of the request stands for another one.
problem-under-way = The request is under way, or ended without an answer.
problem-too-many = Too many requests.
problem-unavailable = This cannot be answered at the moment.
problem-failed = Something went wrong on our side.

# Where officials work.
desk = Your desk as an official
desk-open = Work as an official
desk-acting = You work at
desk-as = Your role:
desk-another = Act in another office
desk-choose = In which office do you act?
desk-choose-what = You have rights in several offices. What you do now is done in the one that you choose, and the record says so.
desk-act = Act here
desk-act-in = Act here: { $office }
desk-none = You have no rights as an official
desk-none-what = These pages are for officials. If you should be one, ask whoever gives rights in your office.
desk-weak = Sign in more surely
desk-weak-what = Officials sign in in two ways, and an office has looked at who they are. Add a second way to sign in, and have your identity confirmed in person if nobody has done so yet.
desk-refusal = Your office may not do this
desk-back = Back to your desk
desk-not-done = This was not done
desk-rights = Rights of officials
desk-rights-what = Who may do what, as far as your office reaches
desk-rights-none = Nobody has a right within your office.
desk-right = A right
desk-pending = Waiting for approval
desk-pending-what = What officials ask for, and a second one decides
desk-pending-none = Nothing waits for approval.
desk-pending-one = A request of an official
desk-next = Show more
desk-give = Give a right
desk-give-what = Another official has to approve it before it counts.
desk-ask = Ask for approval
desk-take = Take the right away
desk-reason = Reason
desk-reason-hint = It stands in the record, with your name and your office.
desk-holder = Official
desk-role = Role
desk-place = Where
desk-from = Since
desk-until = Until
desk-delegates = May be given on to others
desk-note = What became of it
desk-abolished = Its unit was abolished: the unit above has it.
desk-undecided = Its unit was divided: the unit above has it until somebody decides.
desk-person = User name or personal identification number
desk-unit = Code of the unit
desk-unit-hint = For instance province/01. Without one the right counts in the whole country.
desk-branch = Code of the branch
desk-agency = Code of the agency
desk-more = How far it goes
desk-subordinates = Also the agencies beneath that agency
desk-last = Last day
desk-last-hint = Without one the right counts until somebody takes it away.
desk-what = What is asked
desk-whom = For whom
desk-asked-by = Asked by
desk-in-office = Acting in
desk-asked-at = Asked at
desk-decide-until = Can be decided until
desk-state = State
desk-waits = waiting
desk-over = its time is over
desk-approved = approved
desk-refused = refused
desk-void = void, because what it is about has changed
desk-decided-by = Decided by
desk-decided-at = Decided at
desk-why = Reason for refusing
desk-own = You asked for this, so another official approves it. You can take it back.
desk-approve = Approve
desk-refuse = Refuse
desk-withdraw = Take it back
desk-again = Sign in once more
desk-again-what = You signed in some time ago. To decide, sign in once more; you come back here.
desk-machine = whoever runs the system
desk-system = the system { $name }
desk-succession = from { $day } on, by a file of { $lines ->
    [one] { $lines } line
   *[other] { $lines } lines
}
desk-wrong-reason = Say why, in at most 500 characters on one line.
desk-wrong-person = Nobody who may sign in has this name.
desk-wrong-unit = There is no such unit, or several have this code. Write level and code, for instance province/01.
desk-wrong-branch = There is no branch with this code.
desk-wrong-agency = There is no agency with this code. Name one if those beneath it are meant.
desk-wrong-until = Choose a last day that is not over.
desk-wrong-other = A role for the whole country has to be held by two people at least.
desk-closed = Somebody decided this before, its time is over, or what it is about has changed.

# What the record calls what happened.
trail-signed-in = signed in
trail-signed-out = signed out
trail-service-left = left a service
trail-logout-notice-given-up = a service could not be told of a sign-out
trail-logout-notice-retried = telling a service of a sign-out tried again
trail-letter-given-up = a letter could not be brought
trail-letter-retried = bringing a letter tried again
trail-consent-given = agreed to share data
trail-consent-denied = declined to share data
trail-consent-withdrawn = withdrew what was agreed
trail-grant-revoked = access of a service ended
trail-key-created = a key was made
trail-key-activated = a key came into use early
trail-key-revoked = a key was revoked
trail-key-retired = a key was wiped
trail-declaration-applied = a declaration was applied
trail-client-registered = a system was registered
trail-client-updated = a system was changed
trail-client-removed = a system was removed
trail-version-restored = a former version was restored
trail-person-disabled = an account was suspended
trail-person-enabled = an account was opened again
trail-person-signed-out = a person was signed out everywhere
trail-password-set = a password was set for a person
trail-password-changed = changed the password
trail-credential-added = added a way of signing in
trail-credential-removed = removed a way of signing in
trail-recovery-began = asked for the account back
trail-recovery-stopped = stopped that
trail-change-stopped = stopped a change
trail-account-recovered = got the account back
trail-person-proofed = identity was verified, or that was taken back
trail-account-opened = opened an account
trail-person-added = a person was entered
trail-person-removed = a person was removed
trail-account-closing = asked for the account to be closed
trail-account-kept = kept the account
trail-account-closed = the account was closed
trail-people-imported = people were entered from a file
trail-people-exported = people were written out
trail-data-exported = took along what is known
trail-language-chosen = chose the language of letters
trail-metadata-imported = models of passkey devices were read in
trail-units-imported = units were entered
trail-units-succeeded = units were reorganized
trail-agency-moved = an agency was moved
trail-agency-ended = an agency was ended
trail-right-granted = a right was given
trail-right-revoked = a right was ended
trail-act-asked = asked for approval
trail-act-approved = approved what was asked
trail-act-carried-out = carried out what was approved
trail-act-refused = refused what was asked
trail-act-voided = what was asked became void
trail-official-refused = tried what is not allowed
trail-person-sought = looked for a person
trail-person-looked-at = looked at a person
trail-searches-unusual = looked for unusually many people
desk-trail = Record of what happened
desk-trail-what = What officials did, and what happened at systems within your office
desk-trail-none = Nothing of this kind happened in these days.
desk-trail-act = What happened
desk-trail-every = Everything
desk-trail-month = Month
desk-trail-find = Show
desk-trail-system = Only at this system (its identifier)
desk-trail-one = This is what concerns one person.
desk-trail-everybody = Show what concerns everybody
desk-trail-about = about { $name }
desk-trail-by = by { $name }
desk-trail-at = in { $office }
desk-trail-reason = reason: { $reason }

# People, as officials find them.
desk-people = Find a person
desk-people-what = Help somebody who cannot sign in, for a purpose and a reason
desk-people-told = The person reads in their own record that your office looked for them, for what, and why. Nobody is found by a part of a name or number.
desk-people-by = Look for
desk-people-number = Personal identification number
desk-people-phone = Telephone number
desk-people-email = E-mail address
desk-people-name = Full name and date of birth
desk-people-sought = The whole number, name or address
desk-people-birth = Date of birth (with a name alone)
desk-people-purpose = Purpose
desk-people-find = Look for the person
desk-people-none = Nobody is known by this.
desk-people-wrong = Write the whole number or address, for instance +84912000412, or the full name and the date of birth.
desk-people-many = Too many people have this name and were born on this day. Look for the person by a number or an address.
desk-people-too-many = You have looked for too many people. Try again in an hour.
desk-people-found = The person
desk-people-which = Which one?
desk-people-again = Look for somebody else
desk-people-level = Identity
desk-people-level-zero = not verified by anybody
desk-people-level-one = by a document
desk-people-level-two = verified in person
desk-people-suspended = Suspended since
desk-people-closes = Account closes on
desk-people-sign-out = Sign the person out everywhere
desk-people-recover = Ask for a code that lets the person in again
desk-people-disable = Suspend the account
desk-people-enable = Open the account again
desk-people-cannot = This cannot be done now: the account is suspended, or nobody looked at who the person is.
desk-done = It is done
desk-carry-out = Carry it out
desk-carry-out-what = Another official approved this. You carry it out, once.
desk-code = Code for the person
desk-code-what = Give them this code. It is shown this once, and works until { $until }.
api-title = The API of officials
api-what = What officials do on pages, programs of their offices do here. Each entry says what it needs, what is sent and what comes back.
api-tokens = Every request brings an access token for the resource that ends with /api/v1; it names the office in which it acts. “motcua api token” gets one.
api-changes = A change says why (reason), and on which version it rests (If-Match with the ETag that was read). Lists come page by page: “next” of one is “cursor” of the following.
api-problem = Whatever is not done is told as a problem (RFC 9457): type, title, status, detail. How often may be asked, RateLimit says.
api-file = All of this in one file, for programs (OpenAPI 3.1):
api-request = Request
api-scope = The access token allows one of:
api-parameters = In the address and in header fields
api-body = What is sent
api-answer = Answer
api-example = Example
api-required = required
