//! Forms that offer categories, in a store that has many.

use super::{desk::TestDesk, stocked::between};

/// A store with forty categories, of which one lies in another.
async fn shelves() -> (TestDesk, String, String) {
    let desk = TestDesk::open().await;
    desk.post("/admin/categories/new", &[("name", "Garden")]).await;
    let list = desk.get("/admin/categories").await.text;
    let garden = format!("cat_{}", between(&list, "href=\"/admin/categories/cat_", "\""));
    desk.post(
        "/admin/categories/new",
        &[("name", "Spades"), ("parent", garden.as_str())],
    )
    .await;
    let list = desk.get("/admin/categories?q=spades").await.text;
    let spades = format!("cat_{}", between(&list, "href=\"/admin/categories/cat_", "\""));
    for number in 0..38 {
        let name = format!("Shelf {number}");
        let made = desk.post("/admin/categories/new", &[("name", name.as_str())]).await;
        assert_eq!(made.status, 303, "{}", made.text);
    }
    (desk, garden, spades)
}

#[tokio::test]
async fn a_form_without_scripts_looks_for_categories_and_keeps_what_was_typed() {
    let (desk, garden, spades) = shelves().await;
    let new = desk.get("/admin/products/new").await.text;
    assert!(
        new.contains("name=\"find_category\"") && !new.contains(&garden),
        "{new}"
    );
    let typed = [
        ("title", "Trowel"),
        ("status", "draft"),
        ("kind", "physical"),
        ("price", "9.50"),
        ("category", garden.as_str()),
        ("find_category", "spa"),
    ];
    let asked = desk.post("/admin/products/new", &typed).await;
    assert_eq!(asked.status, 200, "{}", asked.text);
    assert!(asked.text.contains("Garden › Spades") && asked.text.contains("value=\"Trowel\""));
    assert!(asked.text.contains("value=\"9.50\"") && asked.text.contains(&format!("value=\"{garden}\" checked")));
    assert!(!asked.text.contains(&format!("value=\"{spades}\" checked")));
    let button = [&typed[..5], &[("find_category", "boats"), ("action", "find_category")]].concat();
    let nothing = desk.post("/admin/products/new", &button).await.text;
    assert!(
        nothing.contains("No category is called so. Nothing is saved yet."),
        "{nothing}"
    );
    let chosen = [&typed[..], &[("found_category", "spa"), ("category", spades.as_str())]].concat();
    let saved = desk.post("/admin/products/new", &chosen).await;
    assert_eq!(saved.status, 303, "{}", saved.text);
    let page = desk.get(saved.location.as_str()).await.text;
    for category in [&garden, &spades] {
        assert!(page.contains(&format!("value=\"{category}\" checked")), "{page}");
    }
    let asked = desk
        .post(&saved.location, &[("title", "Trowels"), ("find_category", "shelf 3")])
        .await;
    assert_eq!(asked.status, 200, "{}", asked.text);
    assert!(asked.text.contains("Shelf 37") && asked.text.contains("value=\"Trowels\""));
    assert!(
        desk.get(&saved.location).await.text.contains("value=\"Trowel\""),
        "nothing was saved"
    );
}

#[tokio::test]
async fn what_a_category_lies_in_and_what_a_menu_leads_to_is_looked_for() {
    let (desk, garden, spades) = shelves().await;
    let page = format!("/admin/categories/{spades}");
    let shown = desk.get(&page).await.text;
    assert!(shown.contains(&format!("value=\"{garden}\" selected")) && !shown.contains(">Shelf 1<"));
    let asked = [
        ("name", "Tools"),
        ("parent", garden.as_str()),
        ("find_category", "shelf"),
    ];
    let asked = desk.post(&page, &asked).await;
    assert_eq!(asked.status, 200, "{}", asked.text);
    assert!(asked.text.contains(">Shelf 1<") && asked.text.contains("value=\"Tools\""));
    assert!(asked.text.contains(&format!("value=\"{garden}\" selected")));
    let itself = desk
        .post(&page, &[("name", "Tools"), ("find_category", "spades")])
        .await
        .text;
    assert!(
        !itself.contains(&format!("value=\"{spades}\"")),
        "it cannot lie in itself: {itself}"
    );

    for (path, fields) in [
        (
            "/admin/menus",
            vec![("place", "header"), ("label", "Dig"), ("locale", "en")],
        ),
        (
            "/admin/home-page/new?kind=hero",
            vec![("title", "Dig"), ("locale", "en")],
        ),
        (
            "/admin/settings/attributes/new",
            vec![("name", "Dig"), ("kind", "text")],
        ),
    ] {
        let fields = [&fields[..], &[("find_category", "spades")]].concat();
        let asked = desk.post(path, &fields).await;
        assert_eq!(asked.status, 200, "{path}: {}", asked.text);
        assert!(
            asked.text.contains("Garden › Spades") && asked.text.contains("value=\"Dig\""),
            "{path}: {}",
            asked.text
        );
    }
    let target = format!("category:{spades}");
    let entry = [
        ("place", "header"),
        ("target", target.as_str()),
        ("find_category", "spa"),
        ("found_category", "spa"),
    ];
    assert_eq!(desk.post("/admin/menus", &entry).await.status, 303);
    let menus = desk.get("/admin/menus").await.text;
    assert!(menus.contains("Garden › Spades"), "{menus}");

    let found = desk.get("/admin/categories/choices?q=SPA").await.text;
    assert!(
        found.contains("\"label\":\"Garden › Spades\"") && found.contains("\"said\":\"One category is called so.\""),
        "{found}"
    );
}

#[tokio::test]
async fn the_answer_to_a_search_says_what_was_found_where_it_stands_and_that_nothing_is_saved() {
    let (desk, garden, _) = shelves().await;
    let chosen = ("category", garden.as_str());
    for (typed, chosen, said) in [
        (
            "spades",
            None,
            "One category is called so. Choose under “Categories” above. Nothing is saved yet.",
        ),
        ("gar spa", None, "No category is called so. Nothing is saved yet."),
        (
            "garden",
            Some(chosen),
            "What is called so is chosen already. Nothing is saved yet.",
        ),
        (
            "shelf",
            Some(chosen),
            "More than 20 categories are called so; these are the first 20. Type more of the name. \
             Choose under “Categories” above. Nothing is saved yet.",
        ),
    ] {
        let fields = [("title", "Trowel"), ("find_category", typed)];
        let fields: Vec<(&str, &str)> = fields.into_iter().chain(chosen).collect();
        let asked = desk.post("/admin/products/new", &fields).await.text;
        assert!(asked.contains(said), "{typed}: {asked}");
        assert!(
            asked.contains("aria-describedby=\"found-category\" autofocus"),
            "{typed}: {asked}"
        );
    }
    let refused = [("find_category", "spades"), ("found_category", "spades")];
    let refused = desk.post("/admin/products/new", &refused).await.text;
    assert!(refused.contains("One category is called so."), "{refused}");
    assert!(
        !refused.contains(" autofocus") && !refused.contains("Nothing is saved yet."),
        "a mistake is told by itself: {refused}"
    );
    let parents = [("name", "Tools"), ("find_category", "garden")];
    let parents = desk.post("/admin/categories/new", &parents).await.text;
    assert!(parents.contains("Choose under “Lies in” above."), "{parents}");
    let many = desk.get("/admin/categories/choices?q=shelf").await.text;
    assert!(
        many.contains("\"said\":\"More than 20 categories") && many.contains("\"has_more\":true"),
        "{many}"
    );
    assert_eq!(many.matches("\"id\":").count(), 20);
}

#[tokio::test]
async fn a_category_that_was_taken_away_in_the_meantime_is_told_at_its_field() {
    let desk = TestDesk::open().await;
    desk.post("/admin/categories/new", &[("name", "Garden")]).await;
    let list = desk.get("/admin/categories").await.text;
    let garden = format!("cat_{}", between(&list, "href=\"/admin/categories/cat_", "\""));
    let deleted = desk.post(&format!("/admin/categories/{garden}/delete"), &[]).await;
    assert_eq!(deleted.status, 303, "{}", deleted.text);
    let target = format!("category:{garden}");
    for (path, fields, error) in [
        (
            "/admin/menus",
            vec![("place", "header"), ("label", "Dig"), ("target", target.as_str())],
            "error-target",
        ),
        (
            "/admin/home-page/new?kind=hero",
            vec![("title", "Dig"), ("button", "Look"), ("target", target.as_str())],
            "error-target",
        ),
        (
            "/admin/settings/attributes/new",
            vec![("name", "Dig"), ("kind", "text"), ("category", garden.as_str())],
            "error-category_ids",
        ),
        (
            "/admin/categories/new",
            vec![("name", "Dig"), ("parent", garden.as_str())],
            "error-parent",
        ),
    ] {
        let fields = [&fields[..], &[("locale", "en")]].concat();
        let refused = desk.post(path, &fields).await;
        assert_eq!(refused.status, 422, "{path}: {}", refused.text);
        let told = between(&refused.text, &format!("id=\"{error}\""), "</span>");
        assert!(told.contains("This was taken away in the meantime."), "{path}: {told}");
        assert!(refused.text.contains("value=\"Dig\""), "{path}: {}", refused.text);
    }
    let parent = [("name", "Dig"), ("parent", garden.as_str())];
    let refused = desk.post("/admin/categories/new", &parent).await.text;
    let kept = format!("<option value=\"{garden}\" selected>A category that was taken away</option>");
    assert!(refused.contains(&kept), "{refused}");
}
