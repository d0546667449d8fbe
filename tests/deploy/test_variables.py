"""Every variable that a recipe gives the site is one that the site reads."""

import pytest

from tests.deploy import recipes
from tests.environment import VARIABLES

pytestmark = pytest.mark.once

OF_THE_IMAGE = {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}


def of_dockerfile():
    last = [line for line in recipes.dockerfile() if line.startswith("ENV ")][-1]
    return {word.partition("=")[0] for word in last.removeprefix("ENV ").split()} - OF_THE_IMAGE


def of_compose():
    return set(recipes.compose()["services"]["web"]["environment"])


def of_kubernetes():
    return set(recipes.env_file("settings.env")) | set(recipes.env_file("secrets.env.example"))


def of_aws():
    tasks = [
        each["Properties"]["ContainerDefinitions"][0]
        for each in recipes.cloudformation()["Resources"].values()
        if each["Type"] == "AWS::ECS::TaskDefinition"
    ]
    assert len(tasks) == 6
    return {given["Name"] for task in tasks for given in task["Environment"] + task["Secrets"]}


def of_azure():
    templates = [
        each["properties"]["template"]
        for each in recipes.azure()["resources"]
        if each["type"] in ("Microsoft.App/containerApps", "Microsoft.App/jobs")
    ]
    assert len(templates) == 6
    return {given["name"] for each in templates for given in each["containers"][0]["env"]}


def of_heroku():
    return set(recipes.app_json()["env"])


RECIPES = [of_dockerfile, of_compose, of_kubernetes, of_aws, of_azure, of_heroku]


@pytest.mark.parametrize("given", RECIPES, ids=lambda given: given.__name__)
def test_no_recipe_invents_a_variable(given):
    assert given()
    assert given() - VARIABLES == set()


@pytest.mark.parametrize("given", RECIPES[1:], ids=lambda given: given.__name__)
def test_each_recipe_gives_what_production_needs(given):
    given_or_in_a_file = {name.removesuffix("_FILE") for name in given()} | of_dockerfile()
    by_heroku_itself = {"DATABASE_URL", "REDIS_URL"} if given is of_heroku else set()
    needed = {
        *("ENVIRONMENT", "SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "DATABASE_URL"),
        *("EMAIL_URL", "SIGNING_KEYS", "REDIS_URL", "TRUSTED_PROXIES"),
    }

    assert needed - given_or_in_a_file - by_heroku_itself == set()
