//! What mails say, and who says it.

use axum::http::StatusCode;

use super::desk::TestDesk;

#[tokio::test]
async fn who_may_not_do_everything_reads_mails_that_open_accounts_and_changes_the_others() {
    let desk = TestDesk::open().await;
    let typed = || {
        (
            "application/x-www-form-urlencoded",
            "subject=Hi&html=x&version=0".to_owned(),
        )
    };
    for (who, kind, writes) in [
        ("without-staff:manage", "reset_password", false),
        ("without-staff:manage", "staff_invitation", false),
        ("without-staff:manage", "verify_email", false),
        ("without-staff:manage", "password_changed", true),
        ("everything", "reset_password", true),
    ] {
        let path = format!("/admin/settings/mails/{kind}/en");
        let page = desk.ask(who, ("GET", &path), ("", String::new())).await;
        assert_eq!(page.status, StatusCode::OK, "{who} {kind}");
        let (locked, form) = (page.text.contains("mail-locked"), page.text.contains("save-mail"));
        assert_eq!((locked, form), (!writes, writes), "{who} {kind}");
        let saved = desk.ask(who, ("POST", &path), typed()).await;
        let reset = desk.ask(who, ("POST", &format!("{path}/reset")), typed()).await;
        let wanted = if writes {
            [StatusCode::SEE_OTHER, StatusCode::PRECONDITION_FAILED]
        } else {
            [StatusCode::FORBIDDEN; 2]
        };
        assert_eq!([saved.status, reset.status], wanted, "{who} {kind}");
    }
}
