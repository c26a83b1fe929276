//! Whoever adds a column that can hold words decides here whether it can tell of a person, and what forgets it then.

use std::collections::BTreeSet;

use super::rows;
use crate::installation::Installation;

/// What can hold words, but no person's: what the store says, keys, codes, hashes and states. `*` stands for all columns.
const NOBODY: &[(&str, &str)] = &[
    ("cart.carts", "state locale currency shipping_option coupon_codes"),
    ("cart.lines", "properties_hash currency"),
    ("cart.saved_lines", "properties_hash currency"),
    ("catalog.attachments", "*"),
    ("catalog.attributes", "*"),
    ("catalog.awaited_products", "*"),
    ("catalog.categories", "*"),
    ("catalog.collections", "*"),
    ("catalog.deleted_price_lists", "*"),
    ("catalog.images", "*"),
    ("catalog.old_category_slugs", "*"),
    ("catalog.old_collection_slugs", "*"),
    ("catalog.old_slugs", "*"),
    ("catalog.list_price_changes", "*"),
    ("catalog.list_prices", "*"),
    ("catalog.price_changes", "*"),
    ("catalog.price_lists", "*"),
    ("catalog.products", "*"),
    ("catalog.variants", "*"),
    ("content.announcements", "*"),
    ("content.homes", "*"),
    ("content.menus", "*"),
    ("content.old_slugs", "*"),
    ("content.pages", "*"),
    ("customers.groups", "*"),
    ("erasure.requests", "locale asked_by"),
    ("identity.api_keys", "*"),
    ("identity.failed_sign_ins", "email_hash"),
    // Of the staff.
    ("identity.invitations", "*"),
    ("identity.mail_tokens", "*"),
    ("identity.passkey_challenges", "*"),
    ("identity.pending_sign_ins", "*"),
    ("identity.provider_visits", "*"),
    ("identity.providers", "*"),
    ("identity.recovery_codes", "*"),
    ("identity.refresh_tokens", "*"),
    ("identity.roles", "*"),
    ("identity.second_factors", "*"),
    ("identity.signing_keys", "*"),
    ("identity.staff", "*"),
    (
        "imports.runs",
        "format file_name state actor fingerprint upload refusal_code",
    ),
    ("inventory.locations", "*"),
    // Why staff changed stock; orders stand here by their number.
    ("inventory.movements", "*"),
    ("inventory.reservations", "*"),
    ("invoices.documents", "kind number locale"),
    ("invoices.terms", "*"),
    ("ledger.entries", "*"),
    ("ledger.transactions", "*"),
    // Files by the hash of what is in them.
    ("media.files", "*"),
    ("notifications.consents", "topic said_by"),
    ("notifications.low_stock_readers", "*"),
    ("notifications.messages", "kind locale state asked_by topic"),
    ("notifications.push_settings", "*"),
    ("notifications.push_subscriptions", "service locale"),
    ("notifications.push_words", "*"),
    ("notifications.pushes", "kind service locale state"),
    ("notifications.stock_alerts", "locale state"),
    ("notifications.templates", "*"),
    ("notifications.text_settings", "*"),
    ("notifications.text_wishes", "said_by reference"),
    ("notifications.text_words", "*"),
    ("notifications.texts", "kind locale asked_by state"),
    ("orders.fulfilments", "state carrier"),
    ("orders.lines", "title variant_title sku slug image_url currency taxes"),
    (
        "orders.orders",
        "number status payment_status fulfilment_status currency locale tax_rounding shipping_code shipping_name \
         coupon_codes source external_number",
    ),
    ("orders.refund_lines", "*"),
    ("orders.refunds", "state currency"),
    // An actor is named by an id, which leads nowhere once its account is gone.
    ("orders.timeline", "kind actor"),
    // What the gateway calls the payment, which the books need.
    (
        "payments.attempts",
        "gateway state currency gateway_reference failure_code",
    ),
    ("payments.captures", "*"),
    ("payments.customers", "gateway"),
    ("payments.methods", "gateway"),
    ("payments.refunds", "*"),
    ("payments.webhook_events", "*"),
    ("platform.audit_entries", "actor action table_name"),
    ("platform.consumers", "*"),
    ("platform.deliveries", "consumer state"),
    ("platform.idempotency_records", "key fingerprint content_type headers"),
    ("platform.installation", "*"),
    ("platform.jobs", "kind payload unique_key state"),
    ("platform.limits", "*"),
    ("platform.outbox", "kind"),
    ("platform.secrets", "*"),
    ("platform.sequences", "*"),
    ("platform.store_hosts", "*"),
    ("platform.stores", "*"),
    ("pricing.coupons", "*"),
    ("queue.rooms", "*"),
    ("redirects.paths", "*"),
    ("reviews.settings", "*"),
    // A customer's id, which leads nowhere once they are gone, or a hash with a key.
    ("reviews.votes", "*"),
    ("shipping.boxes", "*"),
    ("shipping.methods", "*"),
    ("shipping.profiles", "*"),
    ("shipping.restrictions", "*"),
    ("shipping.settings", "*"),
    ("shipping.zones", "*"),
    ("tax.codes", "*"),
    ("tax.nexus", "*"),
    ("tax.rates", "*"),
    // A list as a member of staff keeps it.
    ("views.views", "*"),
];

/// What can tell of a person, and what takes them out.
const ERASED: &[(&str, &str, &str)] = &[
    (
        "cart.carts",
        "email shipping_address billing_address customer_note",
        "cart::erase_carts",
    ),
    ("cart.lines", "properties", "cart::erase_carts"),
    ("cart.saved_lines", "properties", "cart::erase_carts"),
    ("customers.addresses", "address", "customers::erase_customer"),
    (
        "customers.customers",
        "email first_name last_name phone",
        "customers::erase_customer",
    ),
    ("erasure.requests", "sealed_email", "the last step"),
    ("identity.accounts", "email password_hash", "identity::close_account"),
    ("identity.linked_accounts", "subject email", "identity::close_account"),
    (
        "identity.passkeys",
        "credential_id public_key name",
        "identity::close_account",
    ),
    (
        "identity.sessions",
        "secret_hash user_agent kind",
        "identity::close_account",
    ),
    (
        "imports.runs",
        "problems refusal refusal_facts",
        "imports::erase_problems",
    ),
    ("inventory.quota_uses", "customer_key", "inventory::erase_quotas"),
    ("inventory.quotas", "customer_key", "inventory::erase_quotas"),
    (
        "invoices.documents",
        "buyer content",
        "nothing: the law wants it kept as it was written",
    ),
    ("notifications.consents", "email client", "notifications::erase_person"),
    (
        "notifications.messages",
        "recipient subject text_body html_body last_error template_error reference stop_link",
        "notifications::erase_about, and erase_person",
    ),
    (
        "notifications.push_subscriptions",
        "endpoint public_key auth",
        "notifications::erase_about, and erase_person",
    ),
    (
        "notifications.pushes",
        "title body last_error",
        "notifications::erase_about",
    ),
    (
        "notifications.stock_alerts",
        "email client",
        "notifications::erase_person",
    ),
    (
        "notifications.text_wishes",
        "phone client",
        "notifications::erase_about; what a number answered stays, so that it is never texted",
    ),
    (
        "notifications.texts",
        "phone body last_error reference",
        "notifications::erase_about",
    ),
    (
        "orders.fulfilments",
        "tracking_number tracking_url",
        "orders::erase_orders",
    ),
    ("orders.lines", "properties", "orders::erase_orders"),
    (
        "orders.orders",
        "email shipping_address billing_address explanation customer_note tags",
        "orders::erase_orders",
    ),
    ("orders.refunds", "reason", "orders::erase_orders"),
    ("orders.timeline", "details", "orders::erase_orders"),
    (
        "payments.attempts",
        "action_url card_brand card_last_four",
        "payments::erase_attempts",
    ),
    ("payments.customers", "reference", "payments::erase_customer"),
    (
        "payments.methods",
        "reference fingerprint brand last_four",
        "payments::erase_methods",
    ),
    (
        "platform.audit_entries",
        "row_key before after",
        "database::erase, told by each domain",
    ),
    (
        "platform.deliveries",
        "last_error",
        "database::erase, told by each domain",
    ),
    (
        "platform.idempotency_records",
        "scope location body",
        "housekeeping, after two days",
    ),
    ("platform.jobs", "last_error", "database::erase, told by notifications"),
    ("platform.outbox", "payload", "database::erase, told by each domain"),
    ("pricing.coupon_uses", "customer_key", "pricing::erase_redemptions"),
    ("pricing.redemptions", "customer_key", "pricing::erase_redemptions"),
    (
        "reviews.reviews",
        "email author title body photos locale fingerprint suspicions state reason undo_state undo_reason reply",
        "reviews::erase_reviews",
    ),
    (
        "tax.exemptions",
        "certificate reason reference places",
        "tax::erase_exemptions",
    ),
];

fn can_hold_words(kind: &str) -> bool {
    [
        "text",
        "ARRAY",
        "jsonb",
        "bytea",
        "tsvector",
        "character varying",
        "inet",
        "json",
        "name",
    ]
    .contains(&kind)
}

#[tokio::test]
async fn every_column_that_can_hold_words_is_decided() {
    let souk = Installation::new().await;
    let tables = rows::tables(&souk).await;
    let decided = || {
        let erased = ERASED.iter().map(|(table, columns, _)| (*table, *columns));
        NOBODY.iter().copied().chain(erased)
    };
    let mut missing = Vec::new();
    for (table, columns) in &tables {
        for (column, kind) in columns {
            let known = decided()
                .filter(|(of, _)| of == table)
                .any(|(_, names)| names == "*" || names.split_whitespace().any(|name| name == column));
            if can_hold_words(kind) && !known {
                missing.push(format!("{table}.{column}"));
            }
        }
    }
    assert_eq!(
        missing,
        Vec::<String>::new(),
        "decide whether these can tell of a person"
    );
    let known: BTreeSet<String> = tables
        .iter()
        .flat_map(|(table, columns)| columns.iter().map(move |(column, _)| format!("{table}.{column}")))
        .collect();
    let gone: Vec<String> = decided()
        .flat_map(|(table, columns)| {
            columns
                .split_whitespace()
                .map(move |column| format!("{table}.{column}"))
        })
        .filter(|column| !column.ends_with(".*") && !known.contains(column))
        .collect();
    assert_eq!(gone, Vec::<String>::new(), "these are no columns any more");
    assert!(decided().all(|(table, _)| tables.contains_key(table)));
}
