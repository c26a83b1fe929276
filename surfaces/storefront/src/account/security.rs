//! Where an account is signed in, and what it signs in with besides its password. Customers and staff share the pages.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use identity::{RemoveSecondFactorError, ReplaceRecoveryCodesError, SecondFactorError, SessionEntry};
use kernel::SessionId;
use qrcodegen::{QrCode, QrCodeEcc};
use serde::{Deserialize, Serialize};
use web::{Form, HasAccount, Path, Problem, Session, Visitor};

use super::{
    device::device,
    methods::{MethodsView, methods},
};
use crate::{layout, login::Trouble};

/// A code as it is typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CodeForm {
    code: String,
}

#[derive(Serialize)]
struct SecurityView {
    sessions: Vec<SessionRow>,
    second_factor: bool,
    recovery_codes: i64,
    /// The store wants a second factor before this member of staff may work on.
    must_enrol: bool,
    methods: MethodsView,
    trouble: Troubles,
}

/// What went wrong, by where it shows.
#[derive(Default, Serialize)]
pub(crate) struct Troubles {
    /// With the code that switches the second factor off: the code of the error.
    pub(crate) code: Option<&'static str>,
    /// With the code for new recovery codes.
    pub(crate) renewal: Option<&'static str>,
    /// With a way to sign in.
    pub(crate) method: Option<Trouble>,
}

#[derive(Serialize)]
struct SessionRow {
    id: String,
    kind: String,
    device: String,
    created_at: String,
    last_seen_at: String,
    current: bool,
}

#[derive(Serialize)]
struct EnrolView {
    /// The secret in groups of four, for typing.
    secret: String,
    /// The way around the dark modules of a QR code, and its size with the quiet zone.
    qr_path: String,
    qr_size: i32,
    code_error: Option<&'static str>,
}

#[derive(Serialize)]
struct RecoveryView {
    codes: Vec<String>,
    /// Whether they stand in the place of others.
    renewed: bool,
}

pub(crate) async fn show(account: HasAccount) -> Result<Response, Problem> {
    render(&account, &account.session, StatusCode::OK, Troubles::default()).await
}

pub(crate) async fn render(
    visitor: &Visitor,
    session: &Session,
    status: StatusCode,
    trouble: Troubles,
) -> Result<Response, Problem> {
    let mut ctx = visitor.work.read();
    let sessions = identity::list_sessions(&mut ctx, session.account).await?;
    let factor = identity::find_second_factor(&mut ctx, session.account).await?;
    let methods = methods(&mut ctx, session).await?;
    ctx.rollback().await;
    let row = |entry: SessionEntry| SessionRow {
        current: entry.id == session.id,
        id: entry.id.to_string(),
        kind: entry.kind,
        device: device(entry.user_agent),
        created_at: entry.created_at.to_rfc3339(),
        last_seen_at: entry.last_seen_at.to_rfc3339(),
    };
    let view = SecurityView {
        sessions: sessions.into_iter().map(row).collect(),
        second_factor: factor.on,
        recovery_codes: factor.recovery_codes,
        must_enrol: session.staff.as_ref().is_some_and(|staff| staff.lacks_second_factor),
        methods,
        trouble,
    };
    layout::page_with_status(visitor, status, "storefront/account/security.html", &view).await
}

/// Ends one session. The one that is looked through ends like at signing out.
pub(crate) async fn end_session(account: HasAccount, Path(id): Path<SessionId>) -> Result<Response, Problem> {
    let mut ctx = account.work.write();
    if !identity::end_session(&mut ctx, account.session.account, id).await? {
        return Err(Problem::not_found());
    }
    ctx.commit().await?;
    if id == account.session.id {
        account.end_session();
        account.forget_cart();
        account.flash("signed-out");
        return Ok(Redirect::to("/login").into_response());
    }
    account.flash("session-ended");
    Ok(Redirect::to("/account/security").into_response())
}

pub(crate) async fn sign_out_everywhere(account: HasAccount) -> Result<Response, Problem> {
    let mut ctx = account.work.write();
    identity::sign_out_everywhere(&mut ctx, account.session.account).await?;
    ctx.commit().await?;
    account.end_session();
    account.forget_cart();
    account.flash("signed-out");
    Ok(Redirect::to("/login").into_response())
}

/// Begins to set up an authenticator app.
pub(crate) async fn start(account: HasAccount) -> Result<Response, Problem> {
    let mut ctx = account.work.write();
    match identity::start_second_factor(&mut ctx, account.session.account).await {
        Ok(enrolment) => {
            ctx.commit().await?;
            enrol(&account, StatusCode::OK, &enrolment.secret, None).await
        }
        Err(error) => refused(error),
    }
}

/// The page with the QR code.
async fn enrol(
    account: &HasAccount,
    status: StatusCode,
    secret: &str,
    code_error: Option<&'static str>,
) -> Result<Response, Problem> {
    let (qr_path, qr_size) = qr(&address(account, secret));
    let characters: Vec<char> = secret.chars().collect();
    let groups: Vec<String> = characters.chunks(4).map(|group| group.iter().collect()).collect();
    let view = EnrolView {
        secret: groups.join(" "),
        qr_path,
        qr_size,
        code_error,
    };
    layout::page_with_status(account, status, "storefront/account/enrol.html", &view).await
}

/// What the app reads: store, account and secret.
fn address(account: &HasAccount, secret: &str) -> String {
    let encode = |text: &str| -> String {
        // Apps take `+` for itself, so a blank is written the other way.
        url::form_urlencoded::byte_serialize(text.as_bytes())
            .collect::<String>()
            .replace('+', "%20")
    };
    let issuer = encode(&account.store().name);
    let email = encode(account.session.email.as_str());
    format!("otpauth://totp/{issuer}:{email}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30")
}

/// The path around the dark modules, and the length of a side with four modules of quiet on each.
fn qr(text: &str) -> (String, i32) {
    const QUIET: i32 = 4;
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else {
        return (String::new(), 0);
    };
    let modules = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y)));
    let dark = modules.filter(|(x, y)| code.get_module(*x, *y));
    let path: String = dark
        .map(|(x, y)| format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET))
        .collect();
    (path, code.size() + 2 * QUIET)
}

/// The code shows that the app knows the secret.
pub(crate) async fn confirm(account: HasAccount, Form(form): Form<CodeForm>) -> Result<Response, Problem> {
    account.count_auth_attempt(account.session.email.as_str()).await?;
    let mut ctx = account.work.write();
    match identity::confirm_second_factor(&mut ctx, account.session.account, &form.code).await {
        Ok(codes) => {
            ctx.commit().await?;
            layout::page(
                &account,
                "storefront/account/recovery.html",
                &RecoveryView { codes, renewed: false },
            )
            .await
        }
        Err(SecondFactorError::WrongCode) => {
            let enrolment = identity::find_enrolment(&mut ctx, account.session.account).await?;
            ctx.rollback().await;
            let secret = enrolment.ok_or_else(Problem::not_found)?.secret;
            enrol(&account, StatusCode::UNPROCESSABLE_ENTITY, &secret, Some("wrong_code")).await
        }
        Err(error) => refused(error),
    }
}

fn refused(error: SecondFactorError) -> Result<Response, Problem> {
    match error {
        // Another tab was faster, or the page is old: the page says what is so now.
        SecondFactorError::AlreadyOn | SecondFactorError::NotStarted | SecondFactorError::WrongCode => {
            Ok(Redirect::to("/account/security").into_response())
        }
        SecondFactorError::Internal(error) => Err(error.into()),
    }
}

pub(crate) async fn remove(account: HasAccount, Form(form): Form<CodeForm>) -> Result<Response, Problem> {
    let session = &account.session;
    account.count_auth_attempt(session.email.as_str()).await?;
    let removed = identity::remove_second_factor_flow(&account.work, session.account, &session.email, &form.code);
    let code = match removed.await {
        Ok(()) => {
            account.flash("second-factor-removed");
            return Ok(Redirect::to("/account/security").into_response());
        }
        Err(RemoveSecondFactorError::WrongCode) => "wrong_code",
        Err(RemoveSecondFactorError::TooManyAttempts { .. }) => "too_many_attempts",
        Err(RemoveSecondFactorError::Internal(error)) => return Err(error.into()),
    };
    let trouble = Troubles {
        code: Some(code),
        ..Troubles::default()
    };
    render(&account, &account.session, StatusCode::UNPROCESSABLE_ENTITY, trouble).await
}

/// Other recovery codes, for a code.
pub(crate) async fn replace_codes(account: HasAccount, Form(form): Form<CodeForm>) -> Result<Response, Problem> {
    let session = &account.session;
    account.count_auth_attempt(session.email.as_str()).await?;
    let replaced = identity::replace_recovery_codes_flow(&account.work, session.account, &session.email, &form.code);
    let code = match replaced.await {
        Ok(codes) => {
            let view = RecoveryView { codes, renewed: true };
            return layout::page(&account, "storefront/account/recovery.html", &view).await;
        }
        Err(ReplaceRecoveryCodesError::WrongCode) => "wrong_code",
        Err(ReplaceRecoveryCodesError::TooManyAttempts { .. }) => "too_many_attempts",
        Err(ReplaceRecoveryCodesError::Internal(error)) => return Err(error.into()),
    };
    let trouble = Troubles {
        renewal: Some(code),
        ..Troubles::default()
    };
    render(&account, &account.session, StatusCode::UNPROCESSABLE_ENTITY, trouble).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qr_code_is_drawn_with_its_quiet_zone() {
        let (path, size) = qr("otpauth://totp/a");
        assert_eq!(size, 25 + 8);
        // The finder in the corner: seven dark modules in a row.
        assert!(path.starts_with("M4 4h1v1h-1zM5 4h1v1h-1z"), "{path}");
        assert!(!path.contains("M11 4h"));
    }
}
