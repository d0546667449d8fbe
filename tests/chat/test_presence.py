"""`joined` and `left` come once a user, not once a tab; `ready` says who is there."""


def names(people):
    return sorted(person["name"] for person in people)


def test_who_comes_and_goes_is_told_to_the_others(ann, ben, slug):
    with ann.in_room(slug) as hers:
        hers.until("ready")
        with ben.in_room(slug) as his:
            ready = his.until("ready")[-1]
            joined = hers.next()
        left = hers.next()

    assert names(ready["present"]) == ["Alice", "Bob"]
    assert joined == {"type": "joined", "user": ben.shown}
    assert left == {"type": "left", "user": ben.shown}


def test_a_second_tab_neither_joins_nor_leaves(ann, ben, slug):
    with ann.in_room(slug) as hers:
        hers.until("ready")
        with ben.in_room(slug) as first:
            first.until("ready")
            assert hers.next()["type"] == "joined"
            with ben.in_room(slug) as second:
                assert names(second.until("ready")[-1]["present"]) == ["Alice", "Bob"]
            assert hers.silent()

        assert hers.next()["type"] == "left"


def test_whoever_has_left_is_not_present(ann, ben, slug):
    with ann.in_room(slug) as hers:
        hers.until("ready")
        with ben.in_room(slug) as his:
            his.until("ready")
        hers.next("left")
        hers.send("resume", after=0)

        assert names(hers.until("ready")[-1]["present"]) == ["Alice"]
