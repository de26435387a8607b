//! The scripts that a page of ours may carry: constant, and known to the Content-Security-Policy by their digests (CSP3
//! §2.3.1). Without them a page does the same by one click more.

use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::base::secret::sha256;

/// Sends the form that carries an answer to a service.
pub(super) const SEND: &str = "document.forms[0].submit()";

/// Brings up the button that shows the password, and hides it again before the form is sent: what was typed in clear would
/// be kept by the browser as the name of something else.
pub(super) const SHOW_PASSWORD: &str = "\
{let b=document.getElementById('show'),p=document.getElementById('p'),f=s=>{p.type=s?'text':'password';\
b.className=s?'peek on':'peek'};b.hidden=false;b.addEventListener('click',()=>f(p.type=='password'));\
p.form.addEventListener('submit',()=>f(false))}";

/// Brings up the button for passkeys, and offers them in the field for the name (WebAuthn Level 3 §1.2.3), with a fresh
/// challenge before the former one is too old. Who sends the form by hand sends no answer that a browser kept in it. Says
/// whether a passkey could be made here.
pub(super) const USE_PASSKEY: &str = "\
{let i=d=>document.getElementById(d),b=i('k'),e=i('kf'),P=window.PublicKeyCredential,f=b.form,a,m,\
go=async n=>{a&&a.abort();let c=a=new AbortController;m=n;try{\
let r=await(await fetch('/passkeys/challenge',{method:'POST',body:new URLSearchParams})).json(),\
k=await navigator.credentials.get({publicKey:P.parseRequestOptionsFromJSON(r.options),mediation:n,signal:c.signal});\
f.ceremony.value=r.ceremony;f.passkey.value=JSON.stringify(k);f.submit()}\
catch(x){if(c==a&&n==o){e.hidden=false;fill()}}},o='optional',\
fill=async()=>f.username&&await P.isConditionalMediationAvailable?.()&&go('conditional');\
f.addEventListener('submit',()=>f.passkey.value='');\
if(P?.parseRequestOptionsFromJSON){b.hidden=false;b.addEventListener('click',()=>{e.hidden=true;go(o)});\
fill();setInterval(()=>m!=o&&fill(),24e4);\
P.isUserVerifyingPlatformAuthenticatorAvailable().then(y=>f.makes.value=y?1:'')}else e.hidden=!!(f.username||f.otp)}";

/// Brings up the button that makes a passkey by a challenge of its `data-at`, for what its form carries as `data-by`, and sends
/// the form with what the device made. Who did not sign in of late is led there; a device that has one of the person's
/// already says so (§5.1.3 step 22). A form that takes a password as well is sent by itself, and so
/// is one by a button that has a name: another answer.
pub(super) const MAKE_PASSKEY: &str = "\
{let i=d=>document.getElementById(d),b=i('make-passkey'),e=i('passkey-failed'),t=i('passkey-there')??e,\
P=window.PublicKeyCredential,f=b.form,d=b.dataset,go=async v=>{if(v.submitter?.name)return;v.preventDefault();e.hidden=t.hidden=true;try{\
let s=await fetch(d.at,{method:'POST',body:new URLSearchParams({[d.by]:f[d.by].value})});\
if(s.redirected)return location=s.url;\
let r=await s.json(),k=await navigator.credentials.create({publicKey:P.parseCreationOptionsFromJSON(r.options)});\
f.ceremony.value=r.ceremony;f.passkey.value=JSON.stringify(k);f.submit()}\
catch(x){(x.name=='InvalidStateError'?t:e).hidden=false}};\
if(P?.parseCreationOptionsFromJSON){b.hidden=false;b.addEventListener('click',go);f.password||f.addEventListener('submit',go)}\
else e.hidden=!!f.password}";

/// Solves the puzzle of a form while it is filled in (FIPS 180-4, of one block), and sends the form once it is solved.
pub(super) const SOLVE: &str = "\
{let f=document.forms[0],t=f.puzzle.value.slice(-22)+':',z=+f.puzzle.dataset.bits,s=f.solution,K=[],I=[],q=[],w=new Int32Array(64),\
r=(x,n)=>x>>>n|x<<32-n,n,k=0,sent;for(n=2;q.length<64;n++)if(q.every(d=>n%d)){q.push(n);I.push(n**.5*2**32|0);K.push(n**(1/3)*2**32|0)}\
let h=m=>{let l=m.length,i=0,[A,B,C,D,E,F,G,H]=I,T;w.fill(0);for(;i<l;i++)w[i>>2]|=m.charCodeAt(i)<<24-i%4*8;w[l>>2]|=128<<24-l%4*8;w[15]=l*8;\
for(i=0;i<64;i++){if(i>15){let x=w[i-15],y=w[i-2];w[i]=w[i-16]+w[i-7]+(r(x,7)^r(x,18)^x>>>3)+(r(y,17)^r(y,19)^y>>>10)}\
T=H+(r(E,6)^r(E,11)^r(E,25))+(E&F^~E&G)+K[i]+w[i]|0;H=G;G=F;F=E;E=D+T|0;D=C;C=B;T=T+(r(A,2)^r(A,13)^r(A,22))+(A&B^A&D^B&D)|0;B=A;A=T}\
return A+I[0]},\
go=()=>{for(let e=k+4096;k<e;k++)if(Math.clz32(h(t+k))>=z){s.value=k;if(sent)f.submit();return}setTimeout(go)};\
f.addEventListener('submit',e=>{if(!s.value){e.preventDefault();sent=1;document.getElementById('working').hidden=false}});go()}";

/// Goes where the button leads, when the frames of the page have had their time (OIDC Front-Channel Logout §3).
pub(super) const MOVE_ON: &str = "setTimeout(()=>location.replace(document.querySelector('.button').href),2000)";

/// The source expression of [`MOVE_ON`].
pub fn moving_on() -> &'static str {
    static SOURCE: OnceLock<String> = OnceLock::new();
    SOURCE.get_or_init(|| source(MOVE_ON))
}

/// The source expression of [`SEND`].
pub fn sending() -> &'static str {
    static SOURCE: OnceLock<String> = OnceLock::new();
    SOURCE.get_or_init(|| source(SEND))
}

/// The source expression of [`SHOW_PASSWORD`].
pub fn showing_password() -> &'static str {
    static SOURCE: OnceLock<String> = OnceLock::new();
    SOURCE.get_or_init(|| source(SHOW_PASSWORD))
}

/// The source expression of [`USE_PASSKEY`].
pub fn using_passkey() -> &'static str {
    static SOURCE: OnceLock<String> = OnceLock::new();
    SOURCE.get_or_init(|| source(USE_PASSKEY))
}

/// The source expression of [`SOLVE`].
pub fn solving() -> &'static str {
    static SOURCE: OnceLock<String> = OnceLock::new();
    SOURCE.get_or_init(|| source(SOLVE))
}

/// The source expression of [`MAKE_PASSKEY`].
pub fn making_passkey() -> &'static str {
    static SOURCE: OnceLock<String> = OnceLock::new();
    SOURCE.get_or_init(|| source(MAKE_PASSKEY))
}

fn source(script: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(sha256(script.as_bytes())))
}
