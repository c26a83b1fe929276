//! What the merchant writes is what shoppers read: pages, where they are found, and the menus that lead there.

use content::{Link, Localised, NewMenuItem, NewPage, Page, PageChanges, PageText, UpdatePage};
use database::Ctx;
use kernel::Locale;

use crate::{
    installation::Installation,
    watch::{BEST, MUG, THINGS, Watch, free},
};

fn text(title: &str, body: &str) -> PageText {
    PageText {
        title: title.to_owned(),
        body_html: body.to_owned(),
        ..PageText::default()
    }
}

async fn write(ctx: &mut Ctx, slug: &str, published: bool) -> Page {
    let texts = [
        (Locale::EN, text("About us", "<p>We fire clay.</p>")),
        (Locale::ID, text("Tentang kami", "<p>Kami membakar tanah liat.</p>")),
    ];
    let new = NewPage {
        slug: Some(slug.to_owned()),
        published,
        texts: texts.into_iter().collect(),
    };
    content::create_page(ctx, new).await.unwrap()
}

async fn change(ctx: &mut Ctx, page: &Page, changes: PageChanges) {
    let update = UpdatePage {
        id: page.id,
        expected_version: None,
        changes,
    };
    content::update_page(ctx, update).await.unwrap();
}

fn says(title: &str, body: &str) -> PageChanges {
    PageChanges {
        texts: Some([(Locale::EN, text(title, body))].into_iter().collect()),
        ..PageChanges::default()
    }
}

fn entry(link: Link) -> NewMenuItem {
    NewMenuItem {
        labels: Localised::default(),
        link,
        children: Vec::new(),
    }
}

#[tokio::test]
async fn pages_and_menus_are_shown_as_they_are() {
    let mut watch = Watch::new().await;
    let mut made = None;
    watch
        .write(async |ctx| made = Some((write(ctx, "about", true).await, write(ctx, "plans", true).await)))
        .await;
    let (about, plans) = made.unwrap();
    let mug = watch.souk.alpha.mug.product;
    watch.other.follower.catch_up().await.unwrap();
    let page = ["/pages/about", "/api/v1/pages/about"];
    watch
        .changes("a page's text", &page)
        .shows("We throw it, too.", async |ctx| {
            change(ctx, &about, says("About us", "<p>We throw it, too.</p>")).await;
        })
        .await;
    let everywhere = ["/", "/products", THINGS, BEST, MUG, "/pages/about", "/api/v1/menus"];
    watch
        .changes("a menu", &everywhere)
        .shows("Mug of the house", async |ctx| {
            let named = NewMenuItem {
                labels: [(Locale::EN, "Mug of the house".to_owned())].into_iter().collect(),
                ..entry(Link::Product(mug))
            };
            let items = vec![entry(Link::Page(about.id)), entry(Link::Page(plans.id)), named];
            content::replace_menus(ctx, None, None, Some(items)).await.unwrap();
        })
        .await;
    watch
        .changes("the title of a page in a menu", &everywhere)
        .shows("Our story", async |ctx| {
            change(ctx, &about, says("Our story", "<p>Clay.</p>")).await
        })
        .await;
    watch
        .changes("a page in a menu that becomes a draft", &["/", MUG, "/api/v1/pages"])
        .shows("plans-of-old", async |ctx| {
            let renamed = PageChanges {
                slug: Some("plans-of-old".to_owned()),
                ..PageChanges::default()
            };
            change(ctx, &plans, renamed).await;
        })
        .await;
    watch
        .write(async |ctx| {
            let draft = PageChanges {
                published: Some(false),
                ..PageChanges::default()
            };
            change(ctx, &plans, draft).await;
            catalog::archive_product(ctx, watch.souk.alpha.mug.product, None)
                .await
                .unwrap();
        })
        .await;
    watch.other.follower.catch_up().await.unwrap();
    for browser in [&mut watch.souk.visitor(), &mut watch.other.visitor()] {
        let home = browser.get("/").await.expect(200);
        let footer = home.body.split("<footer").nth(1).unwrap();
        assert!(footer.contains("Our story"), "{footer}");
        assert!(
            !footer.contains("plans-of-old") && !footer.contains("Mug of the house"),
            "{footer}"
        );
        browser.get("/pages/plans-of-old").await.expect(404);
    }
}

#[tokio::test]
async fn the_home_page_is_shown_as_it_is_composed() {
    use content::{Composing, SectionKind, SectionTerms, SectionText, compose_home};
    let mut watch = Watch::new().await;
    let hello = SectionText {
        title: "Come in".to_owned(),
        ..SectionText::default()
    };
    let text = SectionTerms {
        texts: [(Locale::EN, hello)].into_iter().collect(),
        ..SectionTerms::plain(SectionKind::Text)
    };
    let mut sections: Vec<SectionTerms> = SectionKind::ALL.map(SectionTerms::plain).into();
    sections.retain(|section| !matches!(section.kind, SectionKind::Text | SectionKind::Banner));
    let banner = SectionTerms {
        kind: SectionKind::Banner,
        image_url: "/media/wide.svg".to_owned(),
        ..text.clone()
    };
    sections.extend([text, banner]);
    let mut ctx = watch.souk.alpha.work().read();
    let best = catalog::list_collections(&mut ctx).await.unwrap()[0].clone();
    ctx.rollback().await;
    for section in &mut sections {
        if section.kind == SectionKind::Collection {
            section.link = Link::Collection(best.id);
        }
    }
    let home = ["/", "/api/v1/home-page"];
    watch
        .changes("what the home page is composed of", &home)
        .shows("Come in", async |ctx| {
            for composing in [Composing::Replace(sections), Composing::Publish] {
                compose_home(ctx, None, composing).await.unwrap();
            }
        })
        .await;
    watch
        .changes("the title of a collection on the home page", &["/"])
        .shows("Treasures of the house", async |ctx| {
            let changes = catalog::CollectionChanges {
                title: Some("Treasures of the house".to_owned()),
                ..catalog::CollectionChanges::default()
            };
            let update = catalog::UpdateCollection {
                id: best.id,
                expected_version: None,
                changes,
            };
            catalog::update_collection(ctx, update).await.unwrap();
        })
        .await;
    let mut guest = watch.souk.visitor();
    let page = guest.get("/").await.expect(200);
    for part in [
        "class=\"hero",
        "class=\"departments\"",
        "class=\"pills\"",
        "class=\"banner section\"",
        "data-recent=\"\"",
        "Aardvark mug",
        "Come in",
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    watch
        .write(async |ctx| {
            let composing = Composing::Replace(vec![SectionTerms::plain(SectionKind::Categories)]);
            compose_home(ctx, None, composing).await.unwrap();
        })
        .await;
    assert!(guest.get("/").await.body.contains("Come in"), "a draft is not shown");
    let mut owner = watch.souk.visitor();
    owner.sign_in(&watch.souk.alpha.owner).await;
    let draft = owner.get("/preview/home").await.expect(200);
    assert!(
        draft.has("preview-notice") && !draft.body.contains("Come in"),
        "{}",
        draft.body
    );
}

#[tokio::test]
async fn who_is_lost_may_search() {
    let souk = Installation::new().await;
    let mut guest = souk.visitor();
    let lost = guest.get("/nowhere").await.expect(404);
    assert!(lost.body.contains("action=\"/search\""), "{}", lost.body);
    let desk = guest.get("/admin/nowhere").await.expect(404);
    assert!(!desk.body.contains("action=\"/search\""), "{}", desk.body);
}

#[tokio::test]
async fn what_a_browser_remembers_is_shown_and_nothing_else() {
    let souk = Installation::new().await;
    let mut guest = souk.visitor();
    let mug = souk.alpha.mug.product;
    let piece = guest
        .get(&format!("/recently-viewed?products=x,{mug},prd_0"))
        .await
        .expect(200);
    assert_eq!(piece.body.matches("class=\"product\"").count(), 1, "{}", piece.body);
    assert!(piece.body.contains("/products/a-mug"), "{}", piece.body);
    for nothing in ["", "?products=", "?products=,,", "?products=zzz"] {
        let piece = guest.get(&format!("/recently-viewed{nothing}")).await.expect(200);
        assert_eq!(piece.body.trim(), "", "{nothing}");
    }
    let other = souk.beta().await.mug.product;
    let piece = guest
        .get(&format!("/recently-viewed?products={other}"))
        .await
        .expect(200);
    assert_eq!(piece.body.trim(), "", "it is another store's");
}

#[tokio::test]
async fn a_page_is_found_in_each_language_and_by_its_old_address() {
    let souk = Installation::new().await;
    let mut ctx = souk.alpha.work().write();
    let about = write(&mut ctx, "about", true).await;
    ctx.commit().await.unwrap();
    let mut guest = souk.visitor();
    let english = guest.get("/pages/about").await.expect(200);
    for part in [
        "<h1>About us</h1>",
        "<p>We fire clay.</p>",
        "<link rel=\"canonical\" href=\"http://",
        "hreflang=\"id\" href=\"",
        "\"@type\":\"WebPage\"",
        "\"@type\":\"BreadcrumbList\"",
        "<meta name=\"description\" content=\"We fire clay.\">",
    ] {
        assert!(english.body.contains(part), "{part}: {}", english.body);
    }
    assert_eq!(free(&souk, &mut guest, "/pages/about").await, 0);
    let indonesian = souk.visitor().get("/pages/about?lang=id").await.expect(200);
    assert!(indonesian.body.contains("<h1>Tentang kami</h1>"), "{}", indonesian.body);
    let map = guest.get("/sitemaps/pages.xml").await.expect(200);
    assert!(map.body.contains("/pages/about</loc>"), "{}", map.body);

    let mut ctx = souk.alpha.work().write();
    let renamed = PageChanges {
        slug: Some("our-story".to_owned()),
        ..PageChanges::default()
    };
    change(&mut ctx, &about, renamed).await;
    ctx.commit().await.unwrap();
    for (old, new) in [
        ("/pages/about", "/pages/our-story"),
        ("/api/v1/pages/about", "/api/v1/pages/our-story"),
    ] {
        let moved = guest.send("GET", old, None).await.expect(301);
        assert_eq!(moved.location(), new);
        guest.get(new).await.expect(200);
    }
}

#[tokio::test]
async fn a_draft_is_seen_only_by_who_writes_pages() {
    let souk = Installation::new().await;
    let mut ctx = souk.alpha.work().write();
    let draft = write(&mut ctx, "about", false).await;
    ctx.commit().await.unwrap();
    let mut guest = souk.visitor();
    guest.get("/pages/about").await.expect(404);
    guest.get("/api/v1/pages/about").await.expect(404);
    assert!(!guest.get("/sitemaps/pages.xml").await.body.contains("/pages/about"));
    let path = format!("/preview/pages/{}", draft.id);
    assert!(guest.send("GET", &path, None).await.location().starts_with("/login"));
    let mut owner = souk.visitor();
    owner.sign_in(&souk.alpha.owner).await;
    let page = owner.get(&path).await.expect(200);
    assert!(
        page.has("preview-notice") && page.body.contains("We fire clay."),
        "{}",
        page.body
    );
    assert!(page.body.contains("content=\"noindex\"") && page.header("cache-control") == "no-store");
    owner.get("/pages/about").await.expect(404);
}
