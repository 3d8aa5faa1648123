import pytest
@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    yield
@pytest.fixture(autouse=True)
def _fast(settings):
    settings.PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]
