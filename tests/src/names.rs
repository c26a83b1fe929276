//! The ids and words that stand in the paths of one store's things.

use kernel::{SeededEntropy, Time, TypedId};

use crate::{
    installation::{Installation, order_of},
    page::between,
    stocked::TestStore,
};

/// One thing of every kind.
pub(crate) struct Names {
    pub(crate) slug: String,
    pub(crate) category_slug: String,
    pub(crate) media: String,
    pub(crate) cart: String,
    pub(crate) line: String,
    pub(crate) order: String,
    document: String,
    pub(crate) customer: String,
    /// Opens the order's page.
    pub(crate) token: String,
    pub(crate) attempt: String,
    pub(crate) address: String,
    /// A saved card.
    pub(crate) card: String,
    pub(crate) product: String,
    pub(crate) variant: String,
    pub(crate) category: String,
    pub(crate) collection: String,
    pub(crate) collection_slug: String,
    pub(crate) attribute: String,
    pub(crate) coupon: String,
    pub(crate) import: String,
    pub(crate) message: String,
    /// Somebody waits for a variant.
    pub(crate) stock_alert: String,
    pub(crate) wishlist: String,
    pub(crate) alert_token: String,
    /// What a mail names the cart by, and what opens it.
    pub(crate) reminder: String,
    pub(crate) reminder_token: String,
    /// Refuses mails like that message.
    pub(crate) stop_token: String,
    pub(crate) job: String,
    pub(crate) key: String,
    pub(crate) method: String,
    pub(crate) location: String,
    pub(crate) zone: String,
    pub(crate) parcel: String,
    pub(crate) profile: String,
    pub(crate) parcel_box: String,
    pub(crate) restriction: String,
    pub(crate) staff: String,
    pub(crate) role: String,
    pub(crate) invitation: String,
    pub(crate) session: String,
    pub(crate) rate: String,
    pub(crate) code: String,
    pub(crate) exemption: String,
    pub(crate) image: String,
    pub(crate) attachment: String,
    pub(crate) review: String,
    pub(crate) provider: String,
    pub(crate) passkey: String,
    pub(crate) page: String,
    pub(crate) page_slug: String,
    pub(crate) menu_item: String,
    pub(crate) section: String,
    /// A group of customers, and a price list for it.
    pub(crate) group: String,
    pub(crate) price_list: String,
    /// The numbers of views of orders, products and customers.
    pub(crate) views: [&'static str; 3],
}

impl Names {
    /// Well-formed names of nothing.
    pub(crate) fn of_nothing() -> Self {
        fn id<I: TypedId + ToString>() -> String {
            I::generate(Time::UNIX_EPOCH, &SeededEntropy::new(404)).to_string()
        }
        let nobody = uuid::Uuid::nil();
        Self {
            slug: "nothing".to_owned(),
            category_slug: "nothing".to_owned(),
            media: format!("{}.svg", "0".repeat(64)),
            cart: id::<kernel::CartId>(),
            line: id::<kernel::CartLineId>(),
            order: id::<kernel::OrderId>(),
            document: id::<kernel::DocumentId>(),
            customer: id::<kernel::CustomerId>(),
            token: "nothing".to_owned(),
            attempt: id::<kernel::AttemptId>(),
            address: id::<kernel::AddressId>(),
            card: id::<kernel::PaymentMethodId>(),
            product: id::<kernel::ProductId>(),
            variant: id::<kernel::VariantId>(),
            category: id::<kernel::CategoryId>(),
            collection: id::<kernel::CollectionId>(),
            collection_slug: "nothing".to_owned(),
            attribute: id::<kernel::AttributeId>(),
            coupon: id::<kernel::CouponId>(),
            import: id::<kernel::ImportId>(),
            message: id::<kernel::MessageId>(),
            stop_token: "nothing".to_owned(),
            stock_alert: id::<kernel::StockAlertId>(),
            wishlist: id::<kernel::SharedWishlistId>(),
            alert_token: "nothing".to_owned(),
            reminder: id::<kernel::CartReminderId>(),
            reminder_token: "nothing".to_owned(),
            job: nobody.to_string(),
            key: id::<kernel::ApiKeyId>(),
            method: id::<kernel::ShippingMethodId>(),
            location: id::<kernel::LocationId>(),
            zone: id::<kernel::ZoneId>(),
            parcel: id::<kernel::FulfilmentId>(),
            profile: id::<kernel::ProfileId>(),
            parcel_box: id::<kernel::BoxId>(),
            restriction: id::<kernel::RestrictionId>(),
            staff: id::<kernel::AccountId>(),
            role: id::<kernel::RoleId>(),
            invitation: id::<kernel::InvitationId>(),
            session: id::<kernel::SessionId>(),
            rate: id::<kernel::TaxRateId>(),
            code: "nothing".to_owned(),
            exemption: id::<kernel::TaxExemptionId>(),
            image: id::<kernel::ImageId>(),
            attachment: id::<kernel::AttachmentId>(),
            review: id::<kernel::ReviewId>(),
            provider: id::<kernel::ProviderId>(),
            page: id::<kernel::PageId>(),
            page_slug: "nothing".to_owned(),
            menu_item: id::<kernel::MenuItemId>(),
            section: id::<kernel::SectionId>(),
            group: id::<kernel::CustomerGroupId>(),
            price_list: id::<kernel::PriceListId>(),
            passkey: id::<kernel::PasskeyId>(),
            views: ["404"; 3],
        }
    }

    /// Lets a store live: a paid order, one that a bank is being asked about, a full cart, mails, an import, a parked job.
    pub(crate) async fn of_a_busy_store(souk: &Installation, shop: &TestStore) -> Self {
        let mut shopper = souk.visitor_of(shop);
        shopper.sign_in(&shop.shopper).await;
        shopper.add(&shop.guide, "1").await.expect(303);
        let success = shopper.buy(&shop.shopper).await;
        shopper
            .submit("/account/wishlist", &[("product", &shop.mug.product.to_string())])
            .await
            .expect(303);
        let mut buyer = souk.visitor_of(shop);
        buyer.add(&shop.mug, "1").await.expect(303);
        let physical = buyer.buy("buyer@example.com").await;
        let mut asked = souk.visitor_of(shop);
        asked.add(&shop.lamp, "1").await.expect(303);
        let form = asked.fill_checkout("asked@example.com").await;
        let bank = asked.place(&form, "tok_3ds").await.expect(303);
        let mut guest = souk.visitor_of(shop);
        guest.add(&shop.mug, "1").await.expect(303);
        guest
            .submit("/cart/coupon", &[("code", &format!("{}10", shop.mark))])
            .await
            .expect(303);
        guest.fill_checkout("guest@example.com").await;
        let cart = guest.get("/cart").await;
        let provider = crate::provider::add(souk, shop).await;
        let drawing = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><desc>{}</desc></svg>",
            shop.mark
        );
        let blobs = souk.program.blobs.as_ref();
        let file = media::put_flow(shop.work(), blobs, drawing.into_bytes(), "image/svg+xml", None)
            .await
            .unwrap();
        pack(shop, &order_of(&physical)).await;
        import(souk, shop).await;
        let review = review(shop).await;
        let (page, menu_item) = page(shop).await;
        let section = section(shop).await;
        let mut ctx = shop.work().write();
        let image = image_of(&mut ctx, shop.mug.product).await;
        let manual = catalog::NewAttachment {
            kind: catalog::AttachmentKind::File,
            urls: vec!["/media/manual.pdf".to_owned()],
            title: format!("{} manual", shop.mark),
            size_bytes: 1,
        };
        let attachment = catalog::attach(&mut ctx, shop.mug.product, manual).await.unwrap().id;
        tax::put_rate(&mut ctx, &local_rate(shop.mark)).await.unwrap();
        ctx.commit().await.unwrap();
        souk.drain().await;
        souk.damage(&format!(
            "UPDATE platform.jobs SET state = 'parked', last_error = '{}' WHERE id = (SELECT min(id::text)::uuid FROM platform.jobs WHERE store_id = '{}')",
            shop.mark,
            uuid::Uuid::from(shop.store.id)
        ))
        .await;
        passkey(souk, shop).await;
        let message = kernel::MessageId::from(refusable_mail(souk, shop).await);
        stock_alert(souk, shop).await;
        let find = async |what: &str| {
            souk.word(&format!(
                "SELECT min(id::text) FROM {what} WHERE store_id = '{}'",
                uuid::Uuid::from(shop.store.id)
            ))
            .await
            .parse::<uuid::Uuid>()
            .unwrap()
        };
        let customer = kernel::CustomerId::from(find("customers.customers").await);
        let mut ctx = shop.work().write();
        let wishlist = customers::share_wishlist(&mut ctx, customer).await.unwrap();
        tax::put_code(&mut ctx, &own_code(shop.mark)).await.unwrap();
        tax::put_exemption(&mut ctx, exemption(shop.mark, customer))
            .await
            .unwrap();
        let (kept, name) = souk.program.sandbox.keep_card(customer, "tok_success").unwrap();
        payments::import_method(&mut ctx, customer, "sandbox", &name, &kept)
            .await
            .unwrap();
        identity::create_role(
            &mut ctx,
            &format!("{} packer", shop.mark),
            &[kernel::Permission::ReadOrders],
        )
        .await
        .unwrap();
        let invited = identity::InviteStaff {
            email: kernel::EmailAddress::parse(&format!("invited@{}.example", shop.mark.to_lowercase())).unwrap(),
            name: format!("{} colleague", shop.mark),
            role: identity::RoleChoice::BuiltIn(identity::Role::Support),
        };
        identity::invite_staff(&mut ctx, invited).await.unwrap();
        let staff = identity::list_staff(&mut ctx).await.unwrap()[0].account_id;
        let (group, price_list) = price_list(&mut ctx, shop).await;
        let left = guest.cookie(web::CART_COOKIE).unwrap().parse().unwrap();
        let left = cart::find(&mut ctx, left).await.unwrap().unwrap();
        let left = cart::LeftCart {
            id: left.id,
            version: left.version,
            touched_at: left.updated_at,
        };
        let reminder = cart::mark_reminded(&mut ctx, left).await.unwrap().unwrap();
        ctx.commit().await.unwrap();
        let alert = kernel::StockAlertId::from(find("notifications.stock_alerts").await);
        let slug = format!(
            "SELECT min(slug) FROM catalog.categories WHERE store_id = '{}'",
            uuid::Uuid::from(shop.store.id)
        );
        Self {
            slug: shop.mug.slug.clone(),
            category_slug: souk.word(&slug).await,
            media: file.url.rsplit('/').next().unwrap().to_owned(),
            cart: guest.cookie(web::CART_COOKIE).unwrap().to_owned(),
            line: between(&cart.body, "/cart/lines/", "\"").unwrap().to_owned(),
            document: document_of(souk, &order_of(&success)).await,
            order: order_of(&success),
            customer: customer.to_string(),
            token: success.path.rsplit("token=").next().unwrap().to_owned(),
            attempt: bank.location().rsplit('/').next().unwrap().to_owned(),
            address: kernel::AddressId::from(find("customers.addresses").await).to_string(),
            card: kernel::PaymentMethodId::from(find("payments.methods").await).to_string(),
            product: shop.mug.product.to_string(),
            variant: shop.mug.id(),
            category: kernel::CategoryId::from(find("catalog.categories").await).to_string(),
            collection: kernel::CollectionId::from(find("catalog.collections").await).to_string(),
            collection_slug: souk.word(&slug.replace("categories", "collections")).await,
            attribute: kernel::AttributeId::from(find("catalog.attributes").await).to_string(),
            coupon: kernel::CouponId::from(find("pricing.coupons").await).to_string(),
            import: kernel::ImportId::from(find("imports.runs").await).to_string(),
            message: message.to_string(),
            stock_alert: alert.to_string(),
            wishlist: wishlist.to_string(),
            reminder: reminder.to_string(),
            reminder_token: notifications::left_cart_path(&souk.program.link_key, reminder)
                .rsplit('=')
                .next()
                .unwrap()
                .to_owned(),
            alert_token: notifications::alert_path(&souk.program.link_key, alert)
                .rsplit('=')
                .next()
                .unwrap()
                .to_owned(),
            stop_token: notifications::stop_path(&souk.program.link_key, message)
                .rsplit('=')
                .next()
                .unwrap()
                .to_owned(),
            job: find("platform.jobs").await.to_string(),
            key: kernel::ApiKeyId::from(find("identity.api_keys").await).to_string(),
            method: kernel::ShippingMethodId::from(find("shipping.methods").await).to_string(),
            location: kernel::LocationId::from(find("inventory.locations").await).to_string(),
            parcel: kernel::FulfilmentId::from(find("orders.fulfilments").await).to_string(),
            zone: kernel::ZoneId::from(find("shipping.zones").await).to_string(),
            profile: kernel::ProfileId::from(find("shipping.profiles").await).to_string(),
            parcel_box: kernel::BoxId::from(find("shipping.boxes").await).to_string(),
            restriction: kernel::RestrictionId::from(find("shipping.restrictions").await).to_string(),
            staff: staff.to_string(),
            role: kernel::RoleId::from(find("identity.roles").await).to_string(),
            invitation: kernel::InvitationId::from(find("identity.invitations").await).to_string(),
            session: kernel::SessionId::from(find("identity.sessions").await).to_string(),
            rate: kernel::TaxRateId::from(find("tax.rates").await).to_string(),
            code: code_of(shop.mark),
            exemption: kernel::TaxExemptionId::from(find("tax.exemptions").await).to_string(),
            image,
            attachment: attachment.to_string(),
            review,
            provider: provider.to_string(),
            passkey: kernel::PasskeyId::from(find("identity.passkeys").await).to_string(),
            page: page.id.to_string(),
            page_slug: page.slug.into_string(),
            menu_item,
            section,
            group: group.to_string(),
            price_list: price_list.to_string(),
            views: keep_views(souk, shop).await,
        }
    }

    /// The path with every open part filled in. Fails for an open part it does not know, so that a new kind of thing is
    /// not forgotten by the tests that use this.
    pub(crate) fn fill(&self, path: &str) -> String {
        let mut filled: Vec<&str> = Vec::new();
        for part in path.split('/') {
            let before = filled.last().copied().unwrap_or_default();
            let value: &str = match (before, part) {
                ("category", "{slug}") => &self.category_slug,
                ("collections", "{slug}") => &self.collection_slug,
                ("pages", "{slug}") => &self.page_slug,
                (_, "{slug}") => &self.slug,
                (_, "{file}") => &self.media,
                (_, "{image}") => &self.image,
                (_, "{attachment}") => &self.attachment,
                (_, "{line}") => &self.line,
                (_, "{attempt}") => &self.attempt,
                (_, "{gateway}") => "sandbox",
                (_, "{version}") => "0",
                (_, "{code}") => &self.code,
                ("exemptions", "{id}") => &self.exemption,
                (_, "{*path}") => "nothing.css",
                ("mails", "{message}") => &self.message,
                ("texts" | "pushes", "{kind}") => "shipped",
                (_, "{kind}") => "verify_email",
                (_, "{locale}") => "en",
                (_, "{place}") => "US-CA",
                ("invoices", _) => &self.document,
                ("carts", "{id}") => &self.cart,
                ("left", "{id}") => &self.reminder,
                ("orders", "{id}") => &self.order,
                ("customers", "{id}") => &self.customer,
                ("addresses", "{id}") => &self.address,
                ("cards" | "payment-methods", "{id}") => &self.card,
                ("products" | "uploads", "{id}") => &self.product,
                ("variants" | "stock", "{id}") => &self.variant,
                ("locations", "{id}") => &self.location,
                ("rates", "{id}") => &self.rate,
                ("categories", "{id}") => &self.category,
                ("attributes", "{id}") => &self.attribute,
                ("collections", "{id}") => &self.collection,
                ("pages", "{id}") => &self.page,
                ("items", "{id}") => &self.menu_item,
                ("sections", "{id}") => &self.section,
                ("coupons", "{id}") => &self.coupon,
                ("customer-groups", "{id}") => &self.group,
                ("price-lists", "{id}") => &self.price_list,
                ("prices", "{variant}" | "{variant_id}") => &self.variant,
                ("imports", "{id}") => &self.import,
                ("mail" | "mails" | "texts", "{id}") => &self.message,
                ("stock-alerts", "{id}") => &self.stock_alert,
                ("wishlists", "{id}") => &self.wishlist,
                ("jobs" | "parked-jobs", "{id}") => &self.job,
                ("keys" | "api-keys", "{id}") => &self.key,
                ("methods" | "shipping-methods", "{id}") => &self.method,
                ("zones" | "shipping-zones", "{id}") => &self.zone,
                ("parcels" | "fulfilments", "{id}") => &self.parcel,
                ("profiles", "{id}") => &self.profile,
                ("boxes", "{id}") => &self.parcel_box,
                ("restrictions", "{id}") => &self.restriction,
                ("staff", "{id}") => &self.staff,
                ("roles", "{id}") => &self.role,
                ("invitations", "{id}") => &self.invitation,
                ("sessions", "{id}") => &self.session,
                ("reviews", "{id}") => &self.review,
                ("providers", "{id}") => &self.provider,
                ("passkeys", "{id}") => &self.passkey,
                ("views", "{number}") => {
                    let [orders, products, customers] = self.views;
                    match filled.iter().rev().nth(1) {
                        Some(&"orders") => orders,
                        Some(&"products") => products,
                        _ => customers,
                    }
                }
                (before, part) if part.starts_with('{') => panic!("say in names.rs what {part} after {before} is"),
                (_, part) => part,
            };
            filled.push(value);
        }
        filled.join("/")
    }
}

/// The owner keeps a view of each list; they are numbered in the order in which they are kept.
async fn keep_views(souk: &Installation, shop: &TestStore) -> [&'static str; 3] {
    let mut owner = souk.visitor_of(shop);
    owner.sign_in(&shop.owner).await;
    for list in ["orders", "products", "customers"] {
        let view = [("name", shop.mark), ("query", "q=x"), ("shared", "1"), ("version", "")];
        owner
            .submit(&format!("/admin/{list}/views/new"), &view)
            .await
            .expect(303);
    }
    ["1", "2", "3"]
}

/// The invoice of an order.
async fn document_of(souk: &Installation, order: &str) -> String {
    let order: kernel::OrderId = order.parse().unwrap();
    let sql = format!(
        "SELECT id::text FROM invoices.documents WHERE order_id = '{}'",
        uuid::Uuid::from(order)
    );
    let id: uuid::Uuid = souk.word(&sql).await.parse().unwrap();
    kernel::DocumentId::from(id).to_string()
}

/// A guest waits for the mug, as if it were sold out.
async fn stock_alert(souk: &Installation, shop: &TestStore) {
    let sql = format!(
        "INSERT INTO notifications.stock_alerts (store_id, id, variant_id, email, locale, state, client, asked_at) \
         VALUES ('{}', gen_random_uuid(), '{}', 'waiting@{}.example', 'en', 'asked', '', '{}')",
        uuid::Uuid::from(shop.store.id),
        uuid::Uuid::from(shop.mug.variant),
        shop.mark.to_lowercase(),
        souk.database().now().to_rfc3339(),
    );
    souk.damage(&sql).await;
}

/// A mail of the store that may be refused.
async fn refusable_mail(souk: &Installation, shop: &TestStore) -> uuid::Uuid {
    let sql = "UPDATE notifications.messages SET topic = 'reviews' WHERE id = (SELECT min(id::text)::uuid \
         FROM notifications.messages WHERE store_id = '{}')";
    souk.damage(&sql.replace("{}", &uuid::Uuid::from(shop.store.id).to_string()))
        .await;
    let found = souk.word("SELECT max(id::text) FROM notifications.messages WHERE topic = 'reviews'");
    found.await.parse().unwrap()
}

/// A group with nobody in it, and a list for it with a price for the mug.
async fn price_list(ctx: &mut database::Ctx, shop: &TestStore) -> (kernel::CustomerGroupId, kernel::PriceListId) {
    let group = customers::GroupTerms {
        name: format!("{} trade", shop.mark),
        note: String::new(),
    };
    let group = customers::create_group(ctx, group).await.unwrap().id;
    let terms = catalog::PriceListTerms {
        name: format!("{} trade prices", shop.mark),
        active: true,
        groups: vec![group],
        ..catalog::PriceListTerms::default()
    };
    let list = catalog::create_price_list(ctx, terms).await.unwrap().id;
    let price = catalog::PutPrice {
        variant: catalog::PricedVariant::Id(shop.mug.variant),
        min_quantity: 1,
        price: kernel::Money::new(900, ctx.currency()),
    };
    catalog::put_list_prices(ctx, list, vec![price]).await.unwrap();
    (group, list)
}

fn code_of(mark: &str) -> String {
    format!("{}-goods", mark.to_lowercase())
}

/// A tax code of the store's own.
fn own_code(mark: &str) -> tax::PutCode {
    tax::PutCode {
        code: code_of(mark),
        name: format!("{mark} goods"),
        category: tax::TaxCategory::Reduced,
    }
}

/// A certificate of a customer who is exempt everywhere.
fn exemption(mark: &str, customer_id: kernel::CustomerId) -> tax::PutExemption {
    tax::PutExemption {
        customer_id,
        certificate: format!("{mark}-1"),
        reason: tax::ExemptionReason::Resale,
        reference: format!("{mark} folder"),
        places: Vec::new(),
        valid_from: None,
        valid_until: None,
    }
}

/// A rate of a town that nobody lives in.
fn local_rate(mark: &str) -> tax::PutRate {
    tax::PutRate {
        place: tax::Place::parse("US-CA").unwrap(),
        scope: tax::Scope {
            city: format!("{mark}ville"),
            ..tax::Scope::default()
        },
        code: tax::TaxCode::default(),
        name: "City tax".to_owned(),
        rate: "0.01".parse().unwrap(),
        compound: false,
        on_shipping: false,
        valid_from: None,
        valid_until: None,
    }
}

/// A passkey of the shopper, on a device that nobody has.
async fn passkey(souk: &Installation, shop: &TestStore) {
    souk.damage(&format!(
        "INSERT INTO identity.passkeys (store_id, id, account_id, credential_id, public_key, sign_count, name, created_at) \
         SELECT store_id, id, id, '\\x00', '\\x00', 0, '{}', created_at FROM identity.accounts WHERE email = '{}'",
        shop.mark, shop.shopper
    ))
    .await;
}

/// A parcel of the order that waits to be picked.
async fn pack(shop: &TestStore, order: &str) {
    let mut ctx = shop.work().write();
    let parcel = orders::Fulfil {
        order_id: order.parse().unwrap(),
        lines: None,
        state: orders::FulfilmentState::Picking,
        location_id: None,
        tracking: orders::Tracking::default(),
    };
    orders::fulfil(&mut ctx, parcel).await.unwrap();
    ctx.commit().await.unwrap();
}

async fn import(souk: &Installation, shop: &TestStore) {
    let path = souk.folder.path().join(format!("{}.csv", shop.mark));
    let rows = format!(
        "Handle,Title,Variant Price,Variant SKU\nimported-{0},{0} import,1.00,{0}-IMPORT\n",
        shop.mark
    );
    std::fs::write(&path, rows).unwrap();
    let file = imports::ImportFile::new(path, imports::Format::Shopify);
    imports::import_file(shop.work(), &file, None, &mut |_| {})
        .await
        .unwrap();
}

/// The first picture of a product.
async fn image_of(ctx: &mut database::Ctx, product: kernel::ProductId) -> String {
    let details = catalog::find_product_by_id(ctx, product).await.unwrap().unwrap();
    details.images[0].id.to_string()
}

/// A review of a mug that everybody sees, by a shopper of the store.
async fn review(shop: &TestStore) -> String {
    let mut ctx = shop.work().write();
    let said = format!("{} says it is fine", shop.mark);
    let new = reviews::NewReview {
        product_id: shop.mug.product,
        email: kernel::EmailAddress::parse(&shop.shopper).unwrap(),
        draft: reviews::Draft::parse(shop.mark, "4", "", &said, Vec::new()).unwrap(),
        verified: false,
        state: reviews::ReviewState::Published,
        reply: String::new(),
        created_at: ctx.now(),
    };
    reviews::put_reviews(&mut ctx, &[new]).await.unwrap();
    let review = reviews::list_whole(&mut ctx, None, 1).await.unwrap().remove(0);
    ctx.commit().await.unwrap();
    review.id.to_string()
}

/// A page that everybody sees, and the entry of the menu that leads there.
async fn page(shop: &TestStore) -> (content::Page, String) {
    let mut ctx = shop.work().write();
    let text = content::PageText {
        title: format!("{} story", shop.mark),
        body_html: "<p>Once upon a time.</p>".to_owned(),
        ..content::PageText::default()
    };
    let new = content::NewPage {
        slug: Some("our-story".to_owned()),
        published: true,
        texts: [(shop.store.locale, text)].into_iter().collect(),
    };
    let page = content::create_page(&mut ctx, new).await.unwrap();
    let item = content::NewMenuItem {
        labels: content::Localised::default(),
        link: content::Link::Page(page.id),
        children: Vec::new(),
    };
    let menus = content::replace_menus(&mut ctx, None, None, Some(vec![item]))
        .await
        .unwrap();
    ctx.commit().await.unwrap();
    (page, menus.footer[0].id.to_string())
}

/// A section of the home page, which everybody sees.
async fn section(shop: &TestStore) -> String {
    let text = content::SectionText {
        title: format!("{} greets", shop.mark),
        ..content::SectionText::default()
    };
    let terms = content::SectionTerms {
        texts: [(shop.store.locale, text)].into_iter().collect(),
        ..content::SectionTerms::plain(content::SectionKind::Text)
    };
    let mut ctx = shop.work().write();
    for composing in [content::Composing::Add(terms), content::Composing::Publish] {
        content::compose_home(&mut ctx, None, composing).await.unwrap();
    }
    let home = content::load_home(&mut ctx).await.unwrap();
    ctx.commit().await.unwrap();
    home.sections.last().unwrap().id.to_string()
}
